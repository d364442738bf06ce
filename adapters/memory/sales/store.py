"""Sales in memory: the same promises as PostgreSQL, one writer at a time."""

from collections.abc import Collection, Iterable, Sequence

from adapters.memory.database import (
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.payments import MemoryMoney
from adapters.memory.sales.carts import MemoryOrderedCarts
from adapters.memory.sales.counters import allotment_of
from adapters.memory.sales.order_places import in_flight
from adapters.memory.sales.taken_offers import MemoryTakenOffers
from adapters.memory.stock_rows import MemoryCounter
from application.shared.transaction import AlreadyExists
from domain.sales.allotment import Allotment
from domain.sales.box_office import Claim, Movement
from domain.sales.order import Order
from domain.sales.ticket import Ticket
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrderId,
    SessionId,
    TicketId,
)


class MemoryStock:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._rows: MemoryTable[AllotmentId, MemoryCounter]
        self._rows = tx.database.table("allotment_counters")
        self._movements: MemoryTable[int, Movement] = tx.database.table("stock_movements")

    async def lock_limits(self, claims: Sequence[Claim]) -> dict[AllotmentId, Allotment]:
        found: dict[AllotmentId, Allotment] = {}
        for claim in claims:
            for limit in claim.quote.per_customer:
                id_ = limit.allotment_of(claim.buyer.email)
                known = (await self.lock([id_])).get(id_)
                limited = known or Allotment(
                    organization_id=claim.quote.organization_id, id=id_, capacity=limit.maximum
                )
                limited.capacity = max(limit.maximum, limited.held + limited.sold)
                found[id_] = limited
        return found

    async def lock(self, ids: Collection[AllotmentId]) -> dict[AllotmentId, Allotment]:
        found = [row for id_ in sorted(set(ids)) if (row := self._rows.get(id_)) is not None]
        return {
            row.allotment_id: allotment_of(row)
            for row in found
            if row.organization_id in self._tx.scope.organization_ids
        }

    async def save(self, stock: Iterable[Allotment], movements: Sequence[Movement]) -> None:
        moved = {movement.allotment_id for movement in movements}
        for allotment in stock:
            if allotment.id in moved:
                self._rows.put(
                    allotment.id,
                    MemoryCounter(
                        organization_id=allotment.organization_id,
                        allotment_id=allotment.id,
                        capacity=allotment.capacity,
                        held=allotment.held,
                        sold=allotment.sold,
                        blocked=allotment.blocked,
                        revision=allotment.revision,
                        waiting=allotment.waiting,
                    ),
                )
        number = len(self._movements)
        for offset, movement in enumerate(movements):
            self._movements.put(number + offset, movement)


class MemoryOrders:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._rows: MemoryTable[OrderId, Order] = tx.database.table("orders")

    async def lock(self, ids: Collection[OrderId]) -> dict[OrderId, Order]:
        found = [row for id_ in sorted(set(ids)) if (row := self._rows.get(id_)) is not None]
        mine = self._tx.scope.organization_ids
        return {order.id: order for order in found if order.organization_id in mine}

    async def lock_overdue(self, ids: Collection[OrderId]) -> dict[OrderId, Order]:
        return {
            id_: order
            for id_, order in (await self.lock(ids)).items()
            if order.is_overdue(self._tx.now) and not in_flight(self._tx.database, id_)
        }

    async def add(self, orders: Sequence[Order]) -> None:
        for order in orders:
            if self._rows.has(
                lambda row, new=order: (  # type: ignore[misc]  # A default binds it.
                    row.number == new.number and row.organization_id == new.organization_id
                )
            ):
                raise AlreadyExists
            add_versioned(self._rows, order.id, order)

    async def save(self, orders: Sequence[Order]) -> None:
        for order in orders:
            save_versioned(self._rows, order.id, order)


class MemoryTickets:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[TicketId, Ticket] = tx.database.table("tickets")

    async def of_orders(self, ids: Collection[OrderId]) -> list[Ticket]:
        found = self._rows.where(lambda ticket: ticket.order_id in ids)
        return sorted(found, key=lambda t: (t.order_id, t.line_position, t.unit))

    async def add(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            unit = (ticket.order_id, ticket.line_position, ticket.unit)
            if self._rows.has(
                lambda row, unit=unit: (row.order_id, row.line_position, row.unit) == unit  # type: ignore[misc]  # A default binds it.
            ):
                raise AlreadyExists
            add_versioned(self._rows, ticket.id, ticket)

    async def save(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            save_versioned(self._rows, ticket.id, ticket)


class MemorySalesTransaction(MemoryTransaction):
    stock: MemoryStock
    orders: MemoryOrders
    tickets: MemoryTickets
    payments: MemoryMoney
    carts: MemoryOrderedCarts
    offers: MemoryTakenOffers

    def build(self) -> None:
        self.stock = MemoryStock(self)
        self.orders = MemoryOrders(self)
        self.tickets = MemoryTickets(self)
        self.payments = MemoryMoney(self)
        self.carts = MemoryOrderedCarts(self)
        self.offers = MemoryTakenOffers(self)

    async def ended_sessions(self, ids: Collection[SessionId]) -> set[SessionId]:
        return self.database.ended_sessions(ids)

    async def cancelled_events(self, ids: Collection[EventId]) -> set[EventId]:
        rows = self.database.table("events")
        found = ((id_, rows.get(id_)) for id_ in ids)
        return {id_ for id_, event in found if event and event.intent == "cancelled"}
