"""What buyers say to the box office, and what it answers."""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from application.shared.actor import Actor
from application.shared.idempotency import RequestKey
from application.shared.messages import Command
from application.shared.origin import Origin
from domain.sales.order import Order
from domain.sales.payment_attempt import PaymentAttempt
from domain.sales.quote import Quote
from domain.shared.ids import CartId, OrderId, TicketTypeId


class OrderItem(Command):
    ticket_type_id: TicketTypeId
    quantity: int


class GuestBuyer(Command):
    """Who buys without an account."""

    name: str
    email: str


BUYER = Meta(
    description="Needed without an access token. With one it is not looked at, even if its e-mail "
    "is none: whoever is signed in is the buyer."
)


class PaymentWish(Command):
    """How the order is to be paid at once."""

    payment_method: str


class PlaceOrderRequest(Command):
    """What a buyer says: either items, or a cart, or an offer from the waiting list."""

    items: tuple[OrderItem, ...] = ()
    cart_id: CartId | None = None
    waiting_list_offer: str | None = None
    """The offer's secret, as it was mailed."""
    promo_code: str | None = None
    shown_total: Decimal | None = None
    """What the buyer was shown, in the event's currency; if it would cost otherwise: refused."""
    buyer: Annotated[GuestBuyer | None, BUYER] = None
    payment: PaymentWish | None = None


class PlaceOrder(Struct, frozen=True, kw_only=True):
    """One buyer's wish, and who the buyer is."""

    actor: Actor | None
    request: PlaceOrderRequest
    order_id: OrderId
    """Named before anything happens, so that whoever repeats it finds what was placed."""
    key: RequestKey | None = None
    cart_token: str | None = None
    admission_pass: str | None = None
    visitor: str = ""
    """Who shows the pass: the name that the waiting room gave."""
    origin: Origin | None = None
    """Where the wish comes from; the actor's own may be older than this request."""


class PlacedOrder(Struct, frozen=True, kw_only=True):
    """An order that stands."""

    id: OrderId
    order: Order | None = None
    """As it was placed just now; None if it was placed before, under the same key or cart."""
    quote: Quote | None = None
    """What it was placed by; None with the order."""
    payment: PaymentAttempt | None = None
    """The payment that came with it."""

    @property
    def is_repeat(self) -> bool:
        return self.order is None
