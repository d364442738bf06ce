"""Events, ticket types and their stock in memory."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Literal

from adapters.memory.database import MemoryTable, MemoryTransaction, add_versioned, save_versioned
from adapters.memory.stock_rows import MemoryAllotment, MemoryCounter
from application.catalogue.ports import Counts, SlugTaken
from domain.catalogue.errors import (
    CapacityBelowSold,
    EventHasOrders,
    EventNotFound,
    PoolNotFound,
    TicketTypeHasSales,
    TicketTypeNameTaken,
    TicketTypeNotFound,
)
from domain.catalogue.event import Event
from domain.catalogue.pool import Pool
from domain.catalogue.ticket_type import TicketType
from domain.shared.ids import AllotmentId, EventId, OrganizationId, PoolId, TicketTypeId


class MemoryEvents:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[EventId, Event] = tx.database.table("events")
        self._orders = tx.database.table("orders")
        self._short_ids: MemoryTable[str, int] = tx.database.table("short_ids")

    async def get(self, event_id: EventId) -> Event:
        event = self._rows.get(event_id)
        if event is None:
            raise EventNotFound
        return event

    async def add(self, event: Event) -> None:
        if event.slug in await self.slugs_like(event.organization_id, event.slug):
            raise SlugTaken
        add_versioned(self._rows, event.id, event)

    async def save(self, event: Event) -> None:
        save_versioned(self._rows, event.id, event)

    async def remove(self, event: Event) -> None:
        if self._orders.where(lambda order: order.event_id == event.id):
            raise EventHasOrders
        self._rows.remove(event.id)

    async def next_short_id(self) -> int:
        number = (self._short_ids.get("last") or 0) + 1
        self._short_ids.put("last", number)
        return number

    async def slugs_like(self, organization_id: OrganizationId, slug: str) -> set[str]:
        mine = self._rows.where(lambda event: event.organization_id == organization_id)
        slugs = {event.slug for event in mine}
        return {one for one in slugs if one == slug or one.startswith(f"{slug}-")}


class MemoryTicketTypes:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[TicketTypeId, TicketType] = tx.database.table("ticket_types")

    async def get(self, event_id: EventId, ticket_type_id: TicketTypeId) -> TicketType:
        ticket_type = self._rows.get(ticket_type_id)
        if ticket_type is None or ticket_type.event_id != event_id:
            raise TicketTypeNotFound
        return ticket_type

    async def of_event(self, event_id: EventId) -> list[TicketType]:
        found = self._rows.where(lambda kind: kind.event_id == event_id)
        return sorted(found, key=attrgetter("sort_order", "id"))

    async def add(self, ticket_type: TicketType) -> None:
        self._refuse_same_name(ticket_type)
        add_versioned(self._rows, ticket_type.id, ticket_type)

    async def save(self, ticket_type: TicketType) -> None:
        self._refuse_same_name(ticket_type)
        save_versioned(self._rows, ticket_type.id, ticket_type)

    async def remove(self, ticket_type: TicketType) -> None:
        self._rows.remove(ticket_type.id)

    def _refuse_same_name(self, mine: TicketType) -> None:
        def same(other: TicketType) -> bool:
            named_alike = (other.event_id, other.name) == (mine.event_id, mine.name)
            return named_alike and other.id != mine.id

        if self._rows.where(same):
            raise TicketTypeNameTaken


class MemoryPools:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[AllotmentId, MemoryAllotment] = tx.database.table("allotments")

    async def get(self, event_id: EventId, pool_id: PoolId) -> Pool:
        row = self._rows.get(AllotmentId(pool_id))
        if row is None or row.kind != "pool" or row.event_id != event_id:
            raise PoolNotFound(pool_id=pool_id)
        return _pool(row)

    async def of_event(self, event_id: EventId) -> list[Pool]:
        mine = self._rows.where(lambda row: row.kind == "pool" and row.event_id == event_id)
        return sorted(map(_pool, mine), key=attrgetter("name", "id"))

    async def rename(self, pool: Pool) -> None:
        row = self._rows.get(AllotmentId(pool.id))
        assert row is not None, "Whoever renames a pool has just found it."
        row.name = pool.name
        self._rows.put(AllotmentId(pool.id), row)


def _pool(row: MemoryAllotment) -> Pool:
    assert row.event_id is not None, "A pool is an event's."
    assert row.name is not None, "A pool has a name."
    return Pool(
        organization_id=row.organization_id,
        id=PoolId(row.id),
        event_id=row.event_id,
        name=row.name,
    )


class MemoryStock:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._allotments: MemoryTable[AllotmentId, MemoryAllotment]
        self._allotments = tx.database.table("allotments")
        self._counters: MemoryTable[AllotmentId, MemoryCounter]
        self._counters = tx.database.table("allotment_counters")
        self._movements = tx.database.table("stock_movements")
        self._entries = tx.database.table("waiting_list_entries")

    async def open(
        self,
        allotment_id: AllotmentId,
        kind: Literal["event", "ticket_type", "pool"],
        event_id: EventId,
        capacity: int,
        name: str | None = None,
    ) -> None:
        (organization_id,) = self._tx.scope.organization_ids
        allotment = MemoryAllotment(
            organization_id, allotment_id, kind, event_id, self._tx.now, name
        )
        self._allotments.put(allotment_id, allotment)
        counter = MemoryCounter(organization_id, allotment_id, capacity)
        self._counters.put(allotment_id, counter)

    async def lock(self, ids: Iterable[AllotmentId]) -> Mapping[AllotmentId, Counts]:
        return await self.counts(ids)

    async def counts(self, ids: Iterable[AllotmentId]) -> Mapping[AllotmentId, Counts]:
        found: dict[AllotmentId, Counts] = {}
        for allotment_id in sorted(set(ids)):
            row = self._counters.get(allotment_id)
            if row is not None:
                found[allotment_id] = Counts(
                    row.capacity, row.held, row.sold, row.blocked, row.revision
                )
        return found

    async def resize(self, allotment_id: AllotmentId, capacity: int) -> None:
        row = self._counter(allotment_id)
        taken = row.held + row.sold + row.blocked
        if capacity < taken:
            raise CapacityBelowSold(
                capacity=capacity, taken=taken, held=row.held, sold=row.sold, blocked=row.blocked
            )
        row.capacity = capacity
        self._counters.put(allotment_id, row)

    async def touch_offer(self, event_id: EventId) -> None:
        row = self._counter(AllotmentId(event_id))
        row.revision += 1
        self._counters.put(AllotmentId(event_id), row)

    async def is_awaited(self, event_id: EventId, ticket_type_id: TicketTypeId) -> bool:
        return bool(
            self._entries.where(
                lambda entry: (
                    entry.ticket_type_id == ticket_type_id
                    and entry.status in ("waiting", "offered")
                )
            )
        )

    async def close(self, event_id: EventId, ids: Iterable[AllotmentId]) -> None:
        closing = set(ids)
        for allotment_id in closing:
            row = self._counter(allotment_id)
            if row.held or row.sold or row.blocked:
                raise TicketTypeHasSales
        if self._movements.where(lambda movement: movement.allotment_id in closing):
            raise TicketTypeHasSales
        for allotment_id in closing:
            self._counters.remove(allotment_id)
            self._allotments.remove(allotment_id)

    def _counter(self, allotment_id: AllotmentId) -> MemoryCounter:
        row = self._counters.get(allotment_id)
        assert row is not None, "Every event and ticket type has its counter."
        return row


class MemoryCatalogueTransaction(MemoryTransaction):
    events: MemoryEvents
    ticket_types: MemoryTicketTypes
    pools: MemoryPools
    stock: MemoryStock

    def build(self) -> None:
        self.events = MemoryEvents(self)
        self.ticket_types = MemoryTicketTypes(self)
        self.pools = MemoryPools(self)
        self.stock = MemoryStock(self)


class MemoryEventOwners:
    """Whose event it is, as last committed."""

    def __init__(self, events: MemoryTable[EventId, Event]) -> None:
        self._events = events

    async def organization_of_event(self, event_id: EventId) -> OrganizationId:
        event = self._events.get(event_id)
        if event is None:
            raise EventNotFound
        return event.organization_id
