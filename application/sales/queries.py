"""Questions about orders and tickets; the answers are what clients see."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from application.shared.actor import Actor
from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from domain.shared.ids import EventId, OrderId, OrganizationId, TicketTypeId, UserId


class OrderItemView(View):
    ticket_type_id: TicketTypeId
    name: str
    quantity: int
    unit_price: str
    subtotal: str
    discount_amount: str
    total: str


class OrderView(View):
    """`status` is what holds now: an unpaid order past its time reads as expired before it is swept."""

    id: OrderId
    order_number: str
    organization_id: OrganizationId
    event_id: EventId
    event_name: str
    user_id: UserId | None
    buyer_name: str
    buyer_email: str
    status: str
    items: list[OrderItemView]
    currency: str
    subtotal_amount: str
    discount_amount: str
    fees_amount: str
    tax_amount: str
    total_amount: str
    promo_code: str | None
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None
    close_reason: str | None


class OrderFilter(Struct, frozen=True, kw_only=True):
    organization_id: OrganizationId | None = None
    """An organisation's orders, for members who may see them; without it, one's own."""
    event_id: EventId | None = None
    status: str | None = None


class OrderQueries(Protocol):
    # The buyer's own, or an organisation's for members with ORDERS_VIEW. Raises OrderNotFound.
    async def get_order(self, actor: Actor, order_id: OrderId) -> OrderView: ...

    async def list_orders(
        self, actor: Actor, where: OrderFilter, page: PageRequest
    ) -> Page[OrderView]: ...  # Newest first. Raises NotFound, Forbidden.
