"""Scanners, presences and the scan log in memory, beside the tickets and events of the others."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from adapters.memory.database import (
    MemoryDatabase,
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.own_events import KnowsEvents
from application.admission.ports import Code, Holder
from application.shared.actor import Device
from domain.admission.errors import InvalidApiKey, ScannerNotFound
from domain.admission.scan import Presence, Scan, TicketAtDoor
from domain.admission.scanner import Scanner, ScannerStatus
from domain.shared.ids import OrganizationId, ScannerId, SessionId


class MemoryScanners:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[ScannerId, Scanner] = tx.database.table("scanners")
        self._organization_ids = tx.scope.organization_ids

    async def get(self, scanner_id: ScannerId) -> Scanner:
        scanner = self._rows.get(scanner_id)
        if scanner is None or scanner.organization_id not in self._organization_ids:
            raise ScannerNotFound
        return scanner

    async def add(self, scanner: Scanner) -> None:
        add_versioned(self._rows, scanner.id, scanner)

    async def save(self, scanner: Scanner) -> None:
        save_versioned(self._rows, scanner.id, scanner)


class MemoryAdmissions:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tickets: MemoryTable[UUID, Any] = tx.database.table("tickets")
        self._events: MemoryTable[UUID, Any] = tx.database.table("events")
        self._types: MemoryTable[UUID, Any] = tx.database.table("ticket_types")
        self._rows: MemoryTable[Holder, Presence] = tx.database.table("admissions")

    async def lock(self, codes: Collection[Code]) -> dict[Code, TicketAtDoor]:
        found = self._tickets.where(lambda one: (one.organization_id, one.code) in codes)
        return {(one.organization_id, one.code): self._at_door(one) for one in found}

    async def save(self, presences: Mapping[Holder, Presence]) -> None:
        for holder, presence in presences.items():
            self._rows.put(holder, presence)

    def _at_door(self, ticket: Any) -> TicketAtDoor:
        event: Any = self._events.get(ticket.event_id)
        kind: Any = self._types.get(ticket.ticket_type_id)
        return TicketAtDoor(
            organization_id=ticket.organization_id,
            id=ticket.id,
            code=ticket.code,
            generation=ticket.generation,
            is_cancelled=ticket.status == "cancelled",
            holder_name=ticket.holder_name,
            ticket_type_id=ticket.ticket_type_id,
            ticket_type_name=kind.name if kind else "",
            event_id=ticket.event_id,
            event_short_id=event.short_id,
            event_name=event.name,
            event_starts_at=event.starts_at,
            event_ends_at=event.ends_at,
            is_event_cancelled=event.intent == "cancelled",
            presence=self._rows.get((ticket.organization_id, ticket.id)),
        )


class MemoryScanLog:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._rows: MemoryTable[UUID, Scan] = tx.database.table("scans")

    async def add(self, scans: Sequence[Scan]) -> None:
        for scan in scans:
            self._rows.put(scan.id, scan)

    async def find(self, scan_id: UUID) -> Scan | None:
        scan = self._rows.get(scan_id)
        is_ours = scan is not None and scan.organization_id in self._tx.scope.organization_ids
        return scan if is_ours else None


class MemoryAdmissionTransaction(KnowsEvents):
    scanners: MemoryScanners
    admissions: MemoryAdmissions
    scan_log: MemoryScanLog

    def build(self) -> None:
        self.scanners = MemoryScanners(self)
        self.admissions = MemoryAdmissions(self)
        self.scan_log = MemoryScanLog(self)

    async def barred(
        self, session_ids: Collection[SessionId], scanner_ids: Collection[ScannerId]
    ) -> set[UUID]:
        scanners = self.database.table("scanners")
        found: set[UUID] = set(self.database.ended_sessions(session_ids))
        for scanner_id in scanner_ids:
            scanner = scanners.get(scanner_id)
            if scanner is None or scanner.status is ScannerStatus.REVOKED:
                found.add(scanner_id)
        return found


class MemoryDoors:
    """What is asked before a transaction."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._scanners: MemoryTable[ScannerId, Scanner] = database.table("scanners")
        self._events: MemoryTable[UUID, Any] = database.table("events")

    async def scanner(self, scanner_id: ScannerId) -> Device:
        scanner = self._scanners.get(scanner_id)
        if scanner is None:
            raise ScannerNotFound
        return _device(scanner)

    async def scanner_with_key(self, key_hash: bytes) -> Device:
        for scanner in self._scanners.where(lambda one: one.key_hash == key_hash):
            return _device(scanner)
        raise InvalidApiKey

    async def devices(self, ids: Collection[ScannerId]) -> dict[ScannerId, Device]:
        active = ScannerStatus.ACTIVE
        found = self._scanners.where(lambda one: one.id in ids and one.status is active)
        return {scanner.id: _device(scanner) for scanner in found}

    async def organizations_of(self, short_ids: Collection[int]) -> dict[int, OrganizationId]:
        found = self._events.where(lambda event: event.short_id in short_ids)
        return {event.short_id: event.organization_id for event in found}


def _device(scanner: Scanner) -> Device:
    return Device(
        scanner_id=scanner.id,
        organization_id=scanner.organization_id,
        event_ids=scanner.event_ids,
    )
