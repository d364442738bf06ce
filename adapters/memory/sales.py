"""Sales in memory: the same promises as PostgreSQL, one writer at a time."""

from collections.abc import Collection, Iterable, Sequence

from adapters.memory.database import (
    MemoryDatabase,
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.payments import MemoryMoney
from adapters.memory.stock_rows import MemoryCounter
from application.sales.ports import OrderPlace
from application.shared.actor import Actor
from application.shared.transaction import AlreadyExists
from domain.sales.allotment import Allotment
from domain.sales.box_office import Movement
from domain.sales.errors import OrderNotFound
from domain.sales.order import KEPT_IN_FLIGHT, Order, OrderStatus
from domain.sales.ticket import Ticket
from domain.shared.ids import AllotmentId, EventId, OrderId, SessionId, TicketId


class MemoryStock:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._rows: MemoryTable[AllotmentId, MemoryCounter]
        self._rows = tx.database.table("allotment_counters")
        self._movements: MemoryTable[int, Movement] = tx.database.table("stock_movements")

    async def lock(self, ids: Collection[AllotmentId]) -> dict[AllotmentId, Allotment]:
        found = [row for id_ in sorted(set(ids)) if (row := self._rows.get(id_)) is not None]
        return {
            row.allotment_id: Allotment(
                organization_id=row.organization_id,
                id=row.allotment_id,
                capacity=row.capacity,
                held=row.held,
                sold=row.sold,
                blocked=row.blocked,
                revision=row.revision,
            )
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
                    ),
                )
        number = len(list(self._movements.rows()))
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
            twin = self._rows.where(
                lambda row, new=order: (
                    row.organization_id == new.organization_id  # type: ignore[misc]  # A default binds it.
                    and row.number == new.number
                )
            )
            if twin:
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
        taken = {(t.order_id, t.line_position, t.unit) for t in self._rows.rows()}
        for ticket in tickets:
            if (ticket.order_id, ticket.line_position, ticket.unit) in taken:
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

    def build(self) -> None:
        self.stock = MemoryStock(self)
        self.orders = MemoryOrders(self)
        self.tickets = MemoryTickets(self)
        self.payments = MemoryMoney(self)

    async def ended_sessions(self, ids: Collection[SessionId]) -> set[SessionId]:
        return self.database.ended_sessions(ids)

    async def cancelled_events(self, ids: Collection[EventId]) -> set[EventId]:
        rows = self.database.table("events")
        found = ((id_, rows.get(id_)) for id_ in ids)
        return {id_ for id_, event in found if event and event.intent == "cancelled"}


class MemoryOrderPlaces:
    """Where orders are kept, and which of them are due."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._rows: MemoryTable[OrderId, Order] = database.table("orders")

    async def place_of(self, actor: Actor, order_id: OrderId) -> OrderPlace:
        order = self._rows.get(order_id)
        if order is None or not (
            order.buyer.id == actor.user_id
            or order.organization_id in actor.memberships
            or actor.is_platform_admin
        ):
            raise OrderNotFound
        return _place(order)

    async def overdue(
        self, limit: int, event_ids: Collection[EventId] | None = None
    ) -> list[OrderPlace]:
        now = self._database.clock()
        due = self._rows.where(
            lambda order: (
                order.is_overdue(now)
                and (event_ids is None or order.event_id in event_ids)
                and not in_flight(self._database, order.id)
            )
        )
        return [_place(order) for order in sorted(due, key=lambda o: o.expires_at)[:limit]]

    async def pending_of(self, event_id: EventId, limit: int) -> list[OrderPlace]:
        pending = self._rows.where(
            lambda order: order.event_id == event_id and order.status is OrderStatus.PENDING
        )
        return [_place(order) for order in sorted(pending, key=lambda o: o.id)[:limit]]


def in_flight(database: MemoryDatabase, order_id: OrderId) -> bool:
    """A payment of this order went to the card processor and may still come back."""
    since = database.clock() - KEPT_IN_FLIGHT
    return any(
        payment.order_id == order_id
        and payment.status.value == "processing"
        and payment.updated_at > since
        for payment in database.table("payments").rows()
    )


def _place(order: Order) -> OrderPlace:
    return OrderPlace(order.id, order.organization_id, order.event_id, order.buyer.id)
