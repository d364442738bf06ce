"""What sales asks of the world."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from application.sales.messages import PlaceOrder
from application.shared.idempotency import Repeated, RequestKey
from application.shared.order_links import Shopper
from application.shared.origin import Origin
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.sales.allotment import Allotment
from domain.sales.box_office import Claim, Movement
from domain.sales.order import Order
from domain.sales.payment_attempt import Outcome, PaymentAttempt, PaymentState
from domain.sales.quote import Quote
from domain.sales.settlement import PaymentFacts, Settlement
from domain.sales.ticket import Ticket
from domain.shared.errors import DomainError
from domain.shared.ids import (
    AllotmentId,
    CartId,
    EventId,
    OrderId,
    OrganizationId,
    PaymentId,
    RefundId,
    SessionId,
    TicketTypeId,
    UserId,
    WaitingListEntryId,
)
from domain.shared.money import Money


class StockStore(Protocol):
    """Counters of everything scarce."""

    # After the lock of their event: what customers have of what they may have (Quote.per_customer),
    # with today's maximum. Who has nothing yet gets a counter only when it is saved as moved.
    async def lock_limits(self, claims: Sequence[Claim]) -> dict[AllotmentId, Allotment]: ...

    # Locks the counters of the scope's organisations, sorted by id; unknown ids are left out.
    # Reads the clock after the last lock: `tx.now` is that instant.
    async def lock(self, ids: Collection[AllotmentId]) -> dict[AllotmentId, Allotment]: ...

    # Last in its transaction: the rows are hot. Writes the counters and appends the movements.
    async def save(self, stock: Iterable[Allotment], movements: Sequence[Movement]) -> None: ...


class Orders(Protocol):
    # Locks the orders, sorted by id; unknown ids are left out.
    async def lock(self, ids: Collection[OrderId]) -> dict[OrderId, Order]: ...
    # Of these, those that are unpaid and overdue at `tx.now`, skipping what others have locked
    # and orders with a payment in flight.
    async def lock_overdue(self, ids: Collection[OrderId]) -> dict[OrderId, Order]: ...
    async def add(self, orders: Sequence[Order]) -> None: ...
    async def save(self, orders: Sequence[Order]) -> None: ...  # Their status and its dates.


class Tickets(Protocol):
    # Locks them, sorted by id as scans do; answers them by order, line and unit.
    async def of_orders(self, ids: Collection[OrderId]) -> list[Ticket]: ...
    async def add(self, tickets: Sequence[Ticket]) -> None: ...
    async def save(self, tickets: Sequence[Ticket]) -> None: ...  # Their status.


class Payments(Protocol):
    """Payments as far as the money path writes them; they share its commit."""

    # Locks the payments, sorted by id. Raises nothing for unknown ones: they are left out.
    async def lock(self, ids: Collection[PaymentId]) -> dict[PaymentId, PaymentFacts]: ...
    # Payments that come with their orders; what a local till decided is stored with them.
    async def add(self, begun: Sequence[tuple[Order, PaymentAttempt]]) -> None: ...
    # Stores each outcome; what goes back becomes a refund under the given id, announced.
    async def settle(self, settlements: Sequence[tuple[Settlement, RefundId]]) -> None: ...
    # Everything captured for the order and not yet returned is to go back.
    async def refund_order(self, order_id: OrderId, refund_id: RefundId, reason: str) -> None: ...


class LockedCart(Struct, frozen=True):
    """A cart about to become an order; or that did, or whose time is over."""

    is_open: bool
    order_id: OrderId | None


class OrderedCarts(Protocol):
    """Carts as far as ordering goes."""

    # Locks them, sorted by id; every id that a basket named is answered. Open means open at
    # `tx.now`, whether or not the sweeper has been here.
    async def lock(self, ids: Collection[CartId]) -> dict[CartId, LockedCart]: ...
    async def mark_ordered(self, orders: Mapping[CartId, OrderId]) -> None: ...


class TakenOffers(Protocol):
    """The waiting list's offers as far as ordering goes."""

    # Locks those that still stand at `tx.now`, sorted by id; others are left out.
    async def lock(self, ids: Collection[WaitingListEntryId]) -> set[WaitingListEntryId]: ...
    async def take(self, orders: Mapping[WaitingListEntryId, OrderId]) -> None: ...


class SalesTransaction(Transaction, Protocol):
    @property
    def stock(self) -> StockStore: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def carts(self) -> OrderedCarts: ...
    @property
    def offers(self) -> TakenOffers: ...

    # Which of these sessions have ended; read after the locks.
    async def ended_sessions(self, ids: Collection[SessionId]) -> set[SessionId]: ...
    # Which of these events will not take place.
    async def cancelled_events(self, ids: Collection[EventId]) -> set[EventId]: ...


BeginSales = Callable[[Scope], AbstractAsyncContextManager[SalesTransaction]]


class WantedItem(Struct, frozen=True):
    ticket_type_id: TicketTypeId
    quantity: int
    unit_price: Money | None = None
    """A price that was promised; None is today's."""


class Basket(Struct, frozen=True):
    """What is to be ordered."""

    items: tuple[WantedItem, ...]
    promo_code: str | None = None
    cart_id: CartId | None = None
    offer_id: WaitingListEntryId | None = None
    offered: Mapping[AllotmentId, int] = {}
    """What the offer has set aside."""


class Baskets(Protocol):
    """What carts, or the waiting list's offers, stand for; found before the transaction."""

    # One answer per command, in order. Refusals: CartNotFound, OfferNotFound. A cart that was
    # ordered or expired is found all the same: its lock tells.
    async def of(self, commands: Sequence[PlaceOrder]) -> list[Basket | DomainError]: ...


class InCarts(Struct, frozen=True):
    """What carts hold at this moment."""

    units: Mapping[AllotmentId, int]
    """All carts together."""
    of_cart: Mapping[CartId, Mapping[AllotmentId, int]]
    first_end: Mapping[EventId, datetime] = {}
    """When the first of an event's carts lets go, whatever it holds: nothing of what carts hold
    comes back before. Events without carts are left out.
    """


class CartHolds(Protocol):
    """The soft holds of carts: hints that the box office honours, never what decides."""

    # Never raises: without the cache, carts hold nothing.
    async def in_carts(
        self,
        wanted: Mapping[EventId, Collection[AllotmentId]],
        carts: Collection[CartId],
    ) -> InCarts: ...
    # Carts that became orders, each with its event, hold nothing any more. Never raises.
    async def drop(self, carts: Mapping[CartId, EventId]) -> None: ...


class AdmissionPasses(Protocol):
    """What the waiting room gave out; asks nobody."""

    def admits(self, admission_pass: str, event_id: EventId, visitor: str) -> bool: ...


class Till(Protocol):
    """Payments that begin with their order."""

    # At a local till it is decided at once; a remote one is asked after the order stands.
    # Raises UnknownPaymentMethod.
    async def begin_payment(
        self,
        payment_id: PaymentId,
        payment_method: str,
        *,
        organization_id: OrganizationId,
        amount: Money,
        reference: str,
        email: str,
    ) -> PaymentAttempt: ...


class QuoteRequest(Struct, frozen=True):
    items: tuple[WantedItem, ...]
    promo_code: str | None = None
    member_of: frozenset[OrganizationId | EventId] = frozenset()
    """The organisations whose private events the buyer may see, and such events one by one."""


class Quotes(Protocol):
    """Prices, windows and draws, from an edition of the offer that is at most 1 s old."""

    # One answer per request, in order; a refusal concerns its own request alone.
    async def quote(self, requests: Sequence[QuoteRequest]) -> list[Quote | DomainError]: ...
    # The next quote for these events reads the offer anew.
    def forget(self, event_ids: Collection[EventId]) -> None: ...


class OrderPlace(Struct, frozen=True):
    """Where an order is kept: its scope must be known before a transaction begins."""

    order_id: OrderId
    organization_id: OrganizationId
    event_id: EventId
    buyer_id: UserId | None


class OrderPlaces(Protocol):
    # Of an order that a person bought or whose organisation the person belongs to.
    # Raises OrderNotFound to everybody else.
    # A guest sees the one order whose secret was shown.
    async def place_of(self, shopper: Shopper, order_id: OrderId) -> OrderPlace: ...
    # Whether there is such an order, whosever it is.
    async def is_placed(self, order_id: OrderId) -> bool: ...
    # What is remembered of these requests.
    async def first_requests(self, keys: Collection[RequestKey]) -> dict[RequestKey, Repeated]: ...
    # Orders that are unpaid and overdue, oldest first; of these events only, if given.
    async def overdue(
        self, limit: int, event_ids: Collection[EventId] | None = None
    ) -> list[OrderPlace]: ...
    # Unpaid orders of an event.
    async def pending_of(self, event_id: EventId, limit: int) -> list[OrderPlace]: ...


class ChargeCommand(Struct, frozen=True):
    actor: Shopper
    payment_id: PaymentId
    payment_method: str


class Charged(Struct, frozen=True):
    """Whose payment it was and what the card processor said."""

    organization_id: OrganizationId
    order_id: OrderId
    outcome: Outcome
    key: RequestKey | None = None
    """Of the request, if nothing was recorded of it yet: settling takes it."""
    origin: Origin | None = None
    """Who paid just now, and from where; None if a card processor told of it later."""


class OpenedPayment(Struct, frozen=True):
    payment_id: PaymentId
    state: PaymentState
    """Created while no payment method was ever tried."""


class Cashier(Protocol):
    """Tries to collect: the intent is recorded before any remote call."""

    # One answer per command, in order. Refusals: PaymentNotFound, OrderNotPayable, GatewayDown ...
    async def charge(self, commands: Sequence[ChargeCommand]) -> list[Charged | DomainError]: ...
    # The order's open payment, known to its processor from now on.
    # Raises OrderNotFound, OrderNotPayable, GatewayDown, GatewayRefused.
    async def open(self, shopper: Shopper, order_id: OrderId) -> OpenedPayment: ...
