"""The waiting list in memory: the same promises as PostgreSQL, one writer at a time."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from adapters.memory.database import (
    MemoryDatabase,
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.sales.store import MemorySalesTransaction, MemoryStock
from adapters.memory.stock_rows import MemoryCounter
from application.sales.waiting_list_ports import Chance, EntryPlace, Head
from domain.sales.allotment import Allotment
from domain.sales.errors import AlreadyWaiting, EventNotFound, WaitingListEntryNotFound
from domain.sales.waiting_list import WaitingListEntry, WaitingStatus, Wish
from domain.shared.email import key_of
from domain.shared.ids import AllotmentId, EventId, OrganizationId, UserId, WaitingListEntryId

TABLE = "waiting_list_entries"


class MemoryOwedStock(MemoryStock):
    async def owe(self, stock: Iterable[Allotment]) -> None:
        for allotment in stock:
            row = self._rows.get(allotment.id)
            if row is not None:
                row.waiting = allotment.waiting
                self._rows.put(allotment.id, row)


class MemoryWaitingEntries:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._rows: MemoryTable[WaitingListEntryId, WaitingListEntry] = tx.database.table(TABLE)

    async def stock_of(self, ids: Collection[WaitingListEntryId]) -> set[AllotmentId]:
        found = await self.lock(ids)
        return {draw.allotment_id for entry in found.values() for draw in entry.draws}

    async def lock(
        self, ids: Collection[WaitingListEntryId]
    ) -> dict[WaitingListEntryId, WaitingListEntry]:
        found = [row for id_ in sorted(set(ids)) if (row := self._rows.get(id_)) is not None]
        mine = self._tx.scope.organization_ids
        return {entry.id: entry for entry in found if entry.organization_id in mine}

    async def lock_heads(
        self, event_id: EventId, wishes: Collection[Wish], limit: int
    ) -> list[WaitingListEntry]:
        waiting = self._rows.where(
            lambda entry: (
                entry.event_id == event_id
                and entry.organization_id in self._tx.scope.organization_ids
                and entry.status is WaitingStatus.WAITING
            )
        )
        line = sorted(waiting, key=lambda entry: entry.place_in_line)
        heads = [[entry for entry in line if entry.wish == wish][:limit] for wish in wishes]
        return sorted(
            (entry for some in heads for entry in some), key=lambda entry: entry.place_in_line
        )

    async def lock_lapsed(self, ids: Collection[WaitingListEntryId]) -> list[WaitingListEntry]:
        found = (await self.lock(ids)).values()
        return [entry for entry in found if entry.is_lapsed(self._tx.now)]

    async def joins_since(self, entry: WaitingListEntry, since: datetime) -> int:
        def counts(other: WaitingListEntry) -> bool:
            same_address = key_of(other.buyer.email) == key_of(entry.buyer.email)
            same_client = entry.client is not None and other.client == entry.client
            return (
                other.organization_id in self._tx.scope.organization_ids
                and other.joined_at > since
                and (same_address or same_client)
            )

        return len(self._rows.where(counts))

    async def add(self, entry: WaitingListEntry) -> None:
        if self._rows.where(
            lambda other: (
                other.is_open
                and other.ticket_type_id == entry.ticket_type_id
                and key_of(other.buyer.email) == key_of(entry.buyer.email)
            )
        ):
            raise AlreadyWaiting
        add_versioned(self._rows, entry.id, entry)

    async def save(self, entries: Sequence[WaitingListEntry]) -> None:
        for entry in entries:
            save_versioned(self._rows, entry.id, entry)

    async def forget(self, entry: WaitingListEntry) -> None:
        save_versioned(self._rows, entry.id, entry)


class MemoryWaitingListTransaction(MemorySalesTransaction):
    stock: MemoryOwedStock
    entries: MemoryWaitingEntries

    def build(self) -> None:
        super().build()
        self.stock = MemoryOwedStock(self)
        self.entries = MemoryWaitingEntries(self)


class MemoryWaitingListPlaces:
    """Where entries are kept, and where there is something to do. An event that was not laid in is
    on sale.
    """

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._rows: MemoryTable[WaitingListEntryId, WaitingListEntry] = database.table(TABLE)
        self._counters: MemoryTable[AllotmentId, MemoryCounter]
        self._counters = database.table("allotment_counters")

    async def place_of(self, entry_id: WaitingListEntryId) -> EntryPlace:
        entry = self._rows.get(entry_id)
        if entry is None:
            raise WaitingListEntryNotFound
        return _place(entry)

    async def of_person(self, user_id: UserId) -> list[EntryPlace]:
        mine = self._rows.where(lambda entry: entry.buyer.id == user_id)
        return [_place(entry) for entry in sorted(mine, key=lambda entry: entry.id)]

    async def organization_of(self, event_id: EventId) -> OrganizationId:
        event = self._database.table("events").get(event_id)
        if event is None:
            raise EventNotFound
        return OrganizationId(event.organization_id)

    async def chances(self, limit: int, event_id: EventId | None = None) -> list[Chance]:
        found = {
            Chance(entry.organization_id, entry.event_id)
            for entry in self._rows.where(lambda e: e.status is WaitingStatus.WAITING)
            if event_id in (None, entry.event_id)
            and self._intent(entry.event_id) == "published"
            and all(self._is_free(draw.allotment_id, draw.units) for draw in entry.draws)
        }
        return list(found)[:limit]

    async def heads(self, organization_id: OrganizationId, event_id: EventId) -> list[Head]:
        draws: dict[Wish, set[AllotmentId]] = {}
        for entry in self._rows.where(
            lambda e: (
                e.status is WaitingStatus.WAITING
                and (e.organization_id, e.event_id) == (organization_id, event_id)
            )
        ):
            draws.setdefault(entry.wish, set()).update(d.allotment_id for d in entry.draws)
        return [Head(*wish, frozenset(ids)) for wish, ids in draws.items()]

    async def lapsed(self, limit: int) -> list[EntryPlace]:
        now = self._database.clock()
        due = self._rows.where(lambda entry: entry.is_lapsed(now))
        ordered = sorted(due, key=lambda entry: entry.offer_expires_at or now)
        return [_place(entry) for entry in ordered[:limit]]

    async def over(self, limit: int, event_id: EventId | None = None) -> list[EntryPlace]:
        now = self._database.clock()
        found = self._rows.where(
            lambda entry: (
                entry.is_open and event_id in (None, entry.event_id) and self._is_over(entry, now)
            )
        )
        return [_place(entry) for entry in sorted(found, key=lambda entry: entry.id)[:limit]]

    async def entries(
        self, ids: Collection[WaitingListEntryId]
    ) -> dict[WaitingListEntryId, WaitingListEntry]:
        return {id_: entry for id_ in ids if (entry := self._rows.get(id_)) is not None}

    def _is_free(self, allotment_id: AllotmentId, units: int) -> bool:
        row = self._counters.get(allotment_id)
        if row is None or row.capacity is None:
            return True
        return row.capacity - row.held - row.sold - row.blocked >= units

    def _intent(self, event_id: EventId) -> str:
        event = self._database.table("events").get(event_id)
        return "published" if event is None else str(event.intent)

    def _is_over(self, entry: WaitingListEntry, now: datetime) -> bool:
        event: Any = self._database.table("events").get(entry.event_id)
        kind: Any = self._database.table("ticket_types").get(entry.ticket_type_id)
        if event is not None and (event.intent == "cancelled" or event.sales_window.is_over(now)):
            return True
        return kind is not None and bool(kind.sales.is_over(now))


def _place(entry: WaitingListEntry) -> EntryPlace:
    return EntryPlace(entry.id, entry.organization_id, entry.event_id, entry.buyer.id)
