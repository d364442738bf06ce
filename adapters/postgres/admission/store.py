"""Admission in PostgreSQL: tickets locked once and sorted, sets written in one statement each."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select, text

from adapters.postgres.admission.tables import (
    presences_to_columns,
    scan_from_row,
    scan_to_row,
    scanner_from_row,
    scanner_to_row,
    scanners,
    scans,
    ticket_from_row,
)
from adapters.postgres.own_events import KnowsEvents
from adapters.postgres.rows import insert_row, update_row
from adapters.postgres.sets import set_insert
from adapters.postgres.transaction import PostgresTransaction
from application.admission.ports import Code, Holder
from domain.admission.errors import ScannerNotFound
from domain.admission.scan import Presence, Scan, TicketAtDoor
from domain.admission.scanner import Scanner
from domain.shared.ids import ScannerId, SessionId

_GET_SCANNER = select(scanners).where(
    scanners.c.organization_id == bindparam("organization_id"), scanners.c.id == bindparam("id")
)
# The sale of a ticket and its cancellation write the same row, so nobody enters in between.
_LOCK = text(
    """
    select id from tickets
    where organization_id = any(:organization_ids) and code = any(:codes)
    order by organization_id, id for no key update
    """
)
# A statement of its own: what the locking one sees may be older than the lock.
_READ = text(
    """
    select t.organization_id, t.id, t.code, t.generation, t.status, t.holder_name,
           t.ticket_type_id, y.name as ticket_type_name, t.event_id, e.short_id as event_short_id,
           e.name as event_name, e.starts_at, e.ends_at, e.intent,
           a.first_entry_at, a.last_direction, a.last_at, clock_timestamp() as now
    from tickets t
    join events e on e.organization_id = t.organization_id and e.id = t.event_id
    join ticket_types y on y.organization_id = t.organization_id and y.id = t.ticket_type_id
    left join admissions a on a.organization_id = t.organization_id and a.ticket_id = t.id
    where t.organization_id = any(:organization_ids) and t.id = any(:ids)
    """
)
_SAVE_PRESENCES = text(
    """
    insert into admissions (organization_id, ticket_id, first_entry_at, last_direction, last_at)
    select * from unnest(
        cast(:organization_ids as uuid[]), cast(:ticket_ids as uuid[]),
        cast(:firsts as timestamptz[]), cast(:directions as text[]), cast(:lasts as timestamptz[]))
    on conflict (organization_id, ticket_id) do update
    set last_direction = excluded.last_direction, last_at = excluded.last_at
    """
)
_FIND_SCAN = text("select * from scans where organization_id = any(:organization_ids) and id = :id")
_ADD_SCANS = set_insert(scans)
_BARRED = text(
    """
    select wanted.id from unnest(cast(:session_ids as uuid[])) as wanted (id)
    left join sessions s on s.id = wanted.id
    where (s.id is null or s.revoked_at is not null)
      and not exists (select from credentials c where c.id = wanted.id)
    union all
    select wanted.id from unnest(cast(:scanner_ids as uuid[])) as wanted (id)
    left join scanners s on s.id = wanted.id and s.organization_id = any(:organization_ids)
    where s.id is null or s.status = 'revoked'
    """
)


class PostgresScanners:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def get(self, scanner_id: ScannerId) -> Scanner:
        for organization_id in self._tx.scope.organization_ids:
            keys = {"organization_id": organization_id, "id": scanner_id}
            row = (await self._tx.connection.execute(_GET_SCANNER, keys)).one_or_none()
            if row is not None:
                return scanner_from_row(row)
        raise ScannerNotFound

    async def add(self, scanner: Scanner) -> None:
        await insert_row(self._tx.connection, scanners, scanner_to_row(scanner))
        scanner.version = 1

    async def save(self, scanner: Scanner) -> None:
        row = scanner_to_row(scanner)
        await update_row(self._tx.connection, scanners, row, version=scanner.version)
        scanner.version += 1


class PostgresAdmissions:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def lock(self, codes: Collection[Code]) -> dict[Code, TicketAtDoor]:
        organization_ids = sorted({organization_id for organization_id, _ in codes})
        wanted = {"organization_ids": organization_ids, "codes": [code for _, code in codes]}
        ids = list((await self._tx.connection.execute(_LOCK, wanted)).scalars())
        if not ids:
            return {}
        found = {"organization_ids": organization_ids, "ids": ids}
        rows = (await self._tx.connection.execute(_READ, found)).all()
        self._tx.note_time(max(row.now for row in rows))
        tickets = map(ticket_from_row, rows)
        return {(ticket.organization_id, ticket.code): ticket for ticket in tickets}

    async def save(self, presences: Mapping[Holder, Presence]) -> None:
        if presences:
            await self._tx.connection.execute(_SAVE_PRESENCES, presences_to_columns(presences))


class PostgresScanLog:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def add(self, scans: Sequence[Scan]) -> None:
        await _ADD_SCANS.run(self._tx.connection, [scan_to_row(scan) for scan in scans])

    async def find(self, scan_id: UUID) -> Scan | None:
        mine = {"organization_ids": list(self._tx.scope.organization_ids), "id": scan_id}
        row = (await self._tx.connection.execute(_FIND_SCAN, mine)).one_or_none()
        return None if row is None else scan_from_row(row)


class PostgresAdmissionTransaction(KnowsEvents):
    scanners: PostgresScanners
    admissions: PostgresAdmissions
    scan_log: PostgresScanLog

    def build(self) -> None:
        self.scanners = PostgresScanners(self)
        self.admissions = PostgresAdmissions(self)
        self.scan_log = PostgresScanLog(self)

    async def barred(
        self, session_ids: Collection[SessionId], scanner_ids: Collection[ScannerId]
    ) -> set[UUID]:
        wanted = {
            "session_ids": list(session_ids),
            "scanner_ids": list(scanner_ids),
            "organization_ids": list(self.scope.organization_ids),
        }
        return set((await self.connection.execute(_BARRED, wanted)).scalars())
