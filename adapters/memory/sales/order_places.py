"""Where orders are kept, in memory, and which of them are due."""

from collections.abc import Collection
from typing import Any

from adapters.memory.database import MemoryDatabase, MemoryTable
from adapters.memory.repeats import MemoryFirstRequests
from application.sales.ports import OrderPlace
from application.shared.idempotency import Repeated, RequestKey
from application.shared.order_links import Guest, Shopper
from domain.sales.errors import OrderNotFound
from domain.sales.order import KEPT_IN_FLIGHT, Order, OrderStatus
from domain.shared.ids import EventId, OrderId, PaymentId


class MemoryOrderPlaces:
    """Where orders are kept, and which of them are due."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._rows: MemoryTable[OrderId, Order] = database.table("orders")

    async def place_of(self, shopper: Shopper, order_id: OrderId) -> OrderPlace:
        order = self._rows.get(order_id)
        if order is None or not _may_see(shopper, order):
            raise OrderNotFound
        return _place(order)

    async def is_placed(self, order_id: OrderId) -> bool:
        return self._rows.get(order_id) is not None

    async def first_requests(self, keys: Collection[RequestKey]) -> dict[RequestKey, Repeated]:
        return await MemoryFirstRequests(self._database).find(keys)

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


def _may_see(shopper: Shopper, order: Order) -> bool:
    if isinstance(shopper, Guest):
        return order.buyer.id is None and order.id == shopper.order_id
    return (
        order.buyer.id == shopper.user_id
        or order.organization_id in shopper.memberships
        or shopper.is_platform_admin
    )


def in_flight(database: MemoryDatabase, order_id: OrderId) -> bool:
    """A payment of this order went to the card processor and may still come back."""
    since = database.clock() - KEPT_IN_FLIGHT
    payments: MemoryTable[PaymentId, Any] = database.table("payments")
    return payments.has(
        lambda payment: (
            payment.order_id == order_id
            and payment.status.value == "processing"
            and payment.updated_at > since
        )
    )


def _place(order: Order) -> OrderPlace:
    return OrderPlace(order.id, order.organization_id, order.event_id, order.buyer.id)
