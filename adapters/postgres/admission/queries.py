"""Questions about scanners, answered in one statement each."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, bindparam, select, text

from adapters.postgres.admission.tables import scanner_from_row, scanners, scans
from adapters.postgres.database import Database
from application.admission.queries import ScanFilter, ScannerView, ScanView
from application.shared.actor import Device
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import SYSTEM, Scope
from domain.admission.errors import InvalidApiKey, ScannerNotFound, ScannerRevoked
from domain.admission.scan import Direction, Reason, Result
from domain.admission.scanner import Scanner, ScannerStatus
from domain.shared.ids import OrganizationId, ScannerId

_SCANNER = select(scanners).where(scanners.c.id == bindparam("id"))
_BY_KEY = text(
    """
    select s.* from scanners s join organizations o on o.id = s.organization_id
    where s.key_hash = :key_hash and o.status <> 'closed'
    """
)
_IN_USE = text("select * from scanners where id = any(:ids) and status = 'active'")
_EVENT_OWNERS = text(
    "select short_id, organization_id from events where short_id = any(:short_ids)"
)


class PostgresScannerQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def scanner(self, scanner_id: ScannerId) -> Device:
        async with self._database.read(SYSTEM) as connection:
            row = (await connection.execute(_SCANNER, {"id": scanner_id})).one_or_none()
        if row is None:
            raise ScannerNotFound
        return _device(scanner_from_row(row))

    async def scanner_with_key(self, key_hash: bytes) -> Device:
        async with self._database.read(SYSTEM) as connection:
            row = (await connection.execute(_BY_KEY, {"key_hash": key_hash})).one_or_none()
        if row is None:
            raise InvalidApiKey
        return _device(scanner_from_row(row))

    async def get_scanner(self, scope: Scope, scanner_id: ScannerId) -> ScannerView:
        statement = _scanners_in(scope).where(scanners.c.id == scanner_id)
        async with self._database.read(scope) as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            raise ScannerNotFound
        return _scanner_view(row)

    async def list_scanners(self, scope: Scope, page: PageRequest) -> Page[ScannerView]:
        statement = _scanners_in(scope).order_by(scanners.c.id.desc()).limit(page.limit + 1)
        after = page.after(ScannerId)
        if after is not None:
            statement = statement.where(scanners.c.id < after)
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement)).all()
        return page_of([_scanner_view(row) for row in rows], page)

    async def list_scans(
        self, scope: Scope, where: ScanFilter, page: PageRequest
    ) -> Page[ScanView]:
        statement = (
            select(scans)
            .where(_in_scope(scope, scans, scans.c.event_id.in_(scope.event_ids)))
            .order_by(scans.c.id.desc())
            .limit(page.limit + 1)
        )
        for name in ("event_id", "scanner_id", "result"):
            wanted = getattr(where, name)
            if wanted is not None:
                statement = statement.where(scans.c[name] == wanted)
        after = page.after(ScannerId)
        if after is not None:
            statement = statement.where(scans.c.id < after)
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement)).all()
        return page_of([_scan_view(row) for row in rows], page)


class PostgresDoors:
    """What is asked before a transaction: who scans, and whose events codes name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def device(self, scanner_id: ScannerId) -> Device:
        """Behind a scanner's token. Raises ScannerRevoked, also for one that never was."""
        found = await self.devices([scanner_id])
        if scanner_id not in found:
            raise ScannerRevoked
        return found[scanner_id]

    async def devices(self, ids: Collection[ScannerId]) -> dict[ScannerId, Device]:
        async with self._database.read(SYSTEM) as connection:
            rows = (await connection.execute(_IN_USE, {"ids": list(ids)})).all()
        return {row.id: _device(scanner_from_row(row)) for row in rows}

    async def organizations_of(self, short_ids: Collection[int]) -> Mapping[int, OrganizationId]:
        async with self._database.read(SYSTEM) as connection:
            rows = await connection.execute(_EVENT_OWNERS, {"short_ids": list(short_ids)})
            return {row.short_id: OrganizationId(row.organization_id) for row in rows}


def _scanners_in(scope: Scope) -> Select[Any]:
    of_events = scanners.c.event_ids.contained_by(list(scope.event_ids))
    return select(scanners).where(_in_scope(scope, scanners, of_events))


def _in_scope(scope: Scope, table: Table, of_events: ColumnElement[bool]) -> ColumnElement[bool]:
    organization = table.c.organization_id
    if not scope.limited_to:
        return organization.in_(scope.organization_ids)
    return organization.in_(scope.whole) | (organization.in_(scope.organization_ids) & of_events)


def _device(scanner: Scanner) -> Device:
    return Device(
        scanner_id=scanner.id,
        organization_id=scanner.organization_id,
        event_ids=scanner.event_ids,
    )


def _scanner_view(row: Row[Any]) -> ScannerView:
    return ScannerView(
        id=row.id,
        organization_id=row.organization_id,
        name=row.name,
        key_hint=row.key_hint,
        event_ids=row.event_ids,
        status=ScannerStatus(row.status),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
    )


def _scan_view(row: Row[Any]) -> ScanView:
    return ScanView(
        id=row.id,
        organization_id=row.organization_id,
        event_id=row.event_id,
        ticket_id=row.ticket_id,
        scanner_id=row.scanner_id,
        user_id=row.user_id,
        direction=Direction(row.direction),
        result=Result(row.result),
        reason=row.reason and Reason(row.reason),
        barcode=row.barcode if row.ticket_id is None else None,
        scanned_at=row.scanned_at,
    )
