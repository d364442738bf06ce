"""Questions about orders and tickets; the answers are what clients see."""

from datetime import datetime
from functools import lru_cache
from typing import Protocol

from msgspec import UNSET, Struct, UnsetType

from application.sales.waiting_list_ports import WaitingVisitor
from application.shared.actor import Actor
from application.shared.messages import View
from application.shared.order_links import Shopper
from application.shared.paging import Page, PageRequest
from domain.sales.cart import CartStatus
from domain.sales.order import Order, OrderLine, OrderStatus
from domain.sales.quote import Quote
from domain.sales.waiting_list import WaitingStatus
from domain.shared.ids import (
    CartId,
    EventId,
    OrderId,
    OrganizationId,
    PaymentId,
    TicketId,
    TicketTypeId,
    UserId,
    WaitingListEntryId,
)
from domain.shared.words import Word


class OrderItemView(View):
    ticket_type_id: TicketTypeId
    name: str
    quantity: int
    unit_price: str
    subtotal: str
    discount_amount: str
    total: str


class OrderPaymentView(View, kw_only=True):
    """The payment that came with the order, for its buyer alone."""

    payment_id: PaymentId | UnsetType = UNSET
    status: str
    failure_code: str | UnsetType = UNSET
    client_secret: str | UnsetType = UNSET


class OrderView(View):
    """`status` is what holds now: an unpaid order past its time reads as expired before it is
    swept.
    """

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
    access_secret: str | UnsetType = UNSET
    """Of a guest's order, told when it is placed: send it as X-Order-Secret."""
    link: str | UnsetType = UNSET
    """Where a guest sees the order; it has the secret in it."""
    payment: OrderPaymentView | UnsetType = UNSET
    """What became of the payment that came with the order."""


def view_of(order: Order, quote: Quote) -> OrderView:
    """What a query would answer the moment the order was placed by this quote."""
    return OrderView(
        id=order.id,
        order_number=order.number,
        organization_id=order.organization_id,
        event_id=order.event_id,
        event_name=quote.event_name,
        user_id=order.buyer.id,
        buyer_name=order.buyer.name,
        buyer_email=order.buyer.email,
        status=order.status.value,
        items=_items_of(order.lines),
        currency=order.currency,
        subtotal_amount=str(quote.subtotal),
        discount_amount=str(quote.discount),
        fees_amount=str(order.fees),
        tax_amount=str(order.tax),
        total_amount=str(quote.total),
        promo_code=order.promo_code,
        created_at=order.placed_at,
        expires_at=order.expires_at,
        paid_at=order.paid_at,
        closed_at=order.closed_at,
        close_reason=order.close_reason,
    )


@lru_cache(1024)
def _items_of(lines: tuple[OrderLine, ...]) -> list[OrderItemView]:
    """In an on-sale minute most orders are of the same lines. Nobody changes a view."""
    return [
        OrderItemView(
            ticket_type_id=line.ticket_type_id,
            name=line.name,
            quantity=line.quantity,
            unit_price=str(line.unit_price),
            subtotal=str(line.subtotal),
            discount_amount=str(line.discount),
            total=str(line.net),
        )
        for line in lines
    ]


class OrderFilter(Struct, frozen=True, kw_only=True):
    organization_id: OrganizationId | None = None
    """An organisation's orders, for members who may see them; without it, one's own."""
    event_id: EventId | None = None
    status: OrderStatus | None = None


class OrderQueries(Protocol):
    # The buyer's own, or an organisation's for members with ORDERS_VIEW. Raises OrderNotFound.
    # A guest sees the one order whose secret was shown.
    async def get_order(self, shopper: Shopper, order_id: OrderId) -> OrderView: ...

    async def list_orders(
        self, actor: Actor, where: OrderFilter, page: PageRequest
    ) -> Page[OrderView]: ...  # Newest first. Raises NotFound, Forbidden.

    async def list_my_orders(
        self, actor: Actor, where: OrderFilter, page: PageRequest
    ) -> Page[OrderView]: ...  # The same of one's own, whatever organisation `where` names.


class TicketUse(Word):
    """What a ticket is good for now."""

    VALID = "valid"
    USED = "used"
    """It has let somebody in."""
    CANCELLED = "cancelled"


class TicketView(View):
    id: TicketId
    order_id: OrderId
    event_id: EventId
    ticket_type_id: TicketTypeId
    ticket_type_name: str
    organization_id: OrganizationId
    user_id: UserId | None
    """Its holder, if the holder has an account."""
    barcode: str
    """What its QR says: 154 letters and digits."""
    status: TicketUse
    price_paid: str
    currency: str
    holder_name: str
    holder_email: str
    checked_in_at: datetime | None
    """When it first let somebody in."""
    qr_code_url: str
    created_at: datetime


class TicketFilter(Struct, frozen=True, kw_only=True):
    organization_id: OrganizationId | None = None
    """An organisation's tickets, for members who may see them; without it, one's own."""
    event_id: EventId | None = None
    status: TicketUse | None = None


class CartRecordItem(View):
    name: str
    quantity: int
    unit_price: str


class CartRecordView(View):
    """What somebody laid aside once; prices are those of then."""

    id: CartId
    organization_id: OrganizationId
    event_id: EventId
    status: CartStatus
    items: list[CartRecordItem]
    currency: str
    promo_code: str | None
    opened_at: datetime
    closed_at: datetime | None
    order_id: OrderId | None


class CartQueries(Protocol):
    async def list_my_carts(self, actor: Actor) -> list[CartRecordView]: ...  # Newest first.


class TicketQueries(Protocol):
    """A holder's own tickets, and an organisation's for members with TICKETS_VIEW.

    A guest sees those of the one order whose secret was shown, but none that got an owner since.
    """

    # Raises TicketNotFound, Forbidden.
    async def get_ticket(self, shopper: Shopper, ticket_id: TicketId) -> TicketView: ...

    # The text of the QR. Raises TicketNotFound, Forbidden, TicketCancelled.
    async def get_ticket_qr_code(self, shopper: Shopper, ticket_id: TicketId) -> str: ...

    async def list_tickets(
        self, actor: Actor, where: TicketFilter, page: PageRequest
    ) -> Page[TicketView]: ...  # Newest first. Raises NotFound, Forbidden.

    async def list_my_tickets(
        self, actor: Actor, where: TicketFilter, page: PageRequest
    ) -> Page[TicketView]: ...  # The same of one's own, whatever organisation `where` names.

    # In the order of the order's lines; the buyer sees those that are still theirs.
    async def list_order_tickets(
        self, shopper: Shopper, order_id: OrderId, page: PageRequest
    ) -> Page[TicketView]: ...  # Raises OrderNotFound, Forbidden.


class WaitingListEntryView(View):
    """A place in line. `status` is what holds now: an offer past its time reads as lapsed."""

    id: WaitingListEntryId
    organization_id: OrganizationId
    event_id: EventId
    event_name: str
    ticket_type_id: TicketTypeId
    ticket_type_name: str
    quantity: int
    name: str
    email: str
    user_id: UserId | None
    status: WaitingStatus
    priority: int
    position: int | None
    """From 1, among those who wait for the same ticket type; null unless it waits."""
    tickets_ahead: int | None
    """How many tickets those before it want; null unless it waits."""
    joined_at: datetime
    offered_at: datetime | None
    offer_expires_at: datetime | None
    closed_at: datetime | None
    order_id: OrderId | None
    """What the offer became."""
    offer: str | None = None
    """While it is offered, for its owner alone: send it as `waitingListOffer` with an order."""
    secret: str | None = None
    """For its owner alone: guests show it as `X-Waiting-Secret`."""


class WaitingListFilter(Struct, frozen=True, kw_only=True):
    ticket_type_id: TicketTypeId | None = None
    status: WaitingStatus | None = None


class WaitingListQueries(Protocol):
    """One's own places in line, by account or secret, and an event's for its organiser."""

    # Also staff with ORDERS_VIEW, without the secrets. Raises WaitingListEntryNotFound, Forbidden.
    async def get_waiting_list_entry(
        self, visitor: WaitingVisitor, entry_id: WaitingListEntryId
    ) -> WaitingListEntryView: ...

    # Newest first; a guest's is the one of the secret. Raises Unauthenticated.
    async def list_waiting_list_entries(
        self, visitor: WaitingVisitor, page: PageRequest
    ) -> Page[WaitingListEntryView]: ...

    # In the order in which people joined. Raises EventNotFound, Forbidden.
    async def list_event_waiting_list(
        self, actor: Actor, event_id: EventId, where: WaitingListFilter, page: PageRequest
    ) -> Page[WaitingListEntryView]: ...
