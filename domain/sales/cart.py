"""A cart: what a buyer has chosen of one event, at prices that hold while the cart lives."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from domain.sales import events
from domain.sales.errors import (
    CartExpired,
    CartExtensionRefused,
    CartItemNotFound,
    CartNotFound,
    CartOrdered,
    SeveralEvents,
)
from domain.sales.order import Draw
from domain.sales.quote import Quote
from domain.shared.aggregate import Aggregate
from domain.shared.ids import (
    AllotmentId,
    CartId,
    EventId,
    OrderId,
    OrganizationId,
    TicketTypeId,
    UserId,
)
from domain.shared.money import Money
from domain.shared.words import Word


class CartStatus(Word):
    """What is stored; an open cart past its time reads as expired before it is swept."""

    OPEN = "open"
    ORDERED = "ordered"
    EXPIRED = "expired"
    EMPTIED = "emptied"


@dataclass(frozen=True, slots=True)
class CartTerms:
    """How long carts live."""

    hold_for: timedelta
    """After opening, and after each extension."""
    extendable_for: timedelta
    """After opening: no extension goes beyond, or holds would never end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartItem:
    """So many tickets of one type, at the price that was promised when it was added."""

    ticket_type_id: TicketTypeId
    name: str
    quantity: int
    unit_price: Money


@dataclass(slots=True, kw_only=True)
class Cart(Aggregate):
    """Of one event and one buyer: a person, or whoever shows the token of this hash.

    It never becomes two orders, and it never promises anything after `expires_at`.
    """

    organization_id: OrganizationId
    id: CartId
    event_id: EventId
    owner_id: UserId | None
    token_hash: bytes | None
    client: UUID
    """Stands for who opened it: a digest, counted against hoarding and shown to nobody."""
    currency: str
    items: tuple[CartItem, ...]
    draws: tuple[Draw, ...]
    """What its tickets take of the stock; empty if they cannot be ordered any more."""
    opened_at: datetime
    expires_at: datetime
    extendable_until: datetime
    promo_code: str | None = None
    status: CartStatus = CartStatus.OPEN
    closed_at: datetime | None = None
    order_id: OrderId | None = None

    @classmethod
    def open(
        cls,
        quote: Quote,
        *,
        id: CartId,
        owner_id: UserId | None,
        token_hash: bytes | None,
        client: UUID,
        promo_code: str | None = None,
        at: datetime,
        terms: CartTerms,
    ) -> Self:
        """A new cart with what was quoted."""
        return cls(
            organization_id=quote.organization_id,
            id=id,
            event_id=quote.event_id,
            owner_id=owner_id,
            token_hash=token_hash,
            client=client,
            currency=quote.currency,
            items=_items_of(quote),
            draws=draws_of(quote),
            opened_at=at,
            expires_at=at + terms.hold_for,
            extendable_until=at + terms.extendable_for,
            promo_code=promo_code,
        )

    @property
    def is_anonymous(self) -> bool:
        return self.owner_id is None

    @property
    def places(self) -> int:
        """Units of the event's room that it takes, or its tickets if they take none."""
        return _places(self.event_id, self.draws, (item.quantity for item in self.items))

    def is_live(self, at: datetime) -> bool:
        """Its promises hold."""
        return self.status is CartStatus.OPEN and at < self.expires_at

    def is_lapsed(self, at: datetime) -> bool:
        """Its time is over, whether or not the sweeper has been here; it may be filled anew."""
        is_overdue = self.status is CartStatus.OPEN and self.expires_at <= at
        return is_overdue or self.status is CartStatus.EXPIRED

    def status_at(self, at: datetime) -> CartStatus:
        return CartStatus.EXPIRED if self.is_lapsed(at) else self.status

    def promised(self, at: datetime) -> dict[TicketTypeId, Money]:
        """The prices that hold; none once its time is over."""
        if not self.is_live(at):
            return {}
        return {item.ticket_type_id: item.unit_price for item in self.items}

    def fill(self, quote: Quote, *, at: datetime, terms: CartTerms) -> None:
        """Take exactly what was quoted. What had lapsed begins anew, its promises forgotten.

        Raises CartOrdered, CartNotFound, SeveralEvents.
        """
        self.check_usable()
        if quote.event_id != self.event_id:
            raise SeveralEvents
        if not self.is_live(at):
            self.begin(at=at, terms=terms)
        self.currency = quote.currency
        self.items, self.draws = _items_of(quote), draws_of(quote)

    def begin(self, *, at: datetime, terms: CartTerms) -> None:
        """Its time begins now."""
        self.status, self.closed_at, self.opened_at = CartStatus.OPEN, None, at
        self.expires_at, self.extendable_until = at + terms.hold_for, at + terms.extendable_for

    def remove(
        self, ticket_type_id: TicketTypeId, draws: tuple[Draw, ...], *, at: datetime
    ) -> None:
        """Take out all tickets of a type; `draws` is what the others take. The last one empties it.

        Raises CartItemNotFound, CartOrdered, CartNotFound.
        """
        self.check_usable()
        left = tuple(item for item in self.items if item.ticket_type_id != ticket_type_id)
        if len(left) == len(self.items):
            raise CartItemNotFound(ticket_type_id=ticket_type_id)
        self.items, self.draws = left, draws
        if not left:
            self.empty(at=at)

    def extend(self, *, at: datetime, terms: CartTerms) -> None:
        """Keep it a while longer, as often as asked, until `extendable_until`.

        Raises CartExpired, CartExtensionRefused, CartOrdered, CartNotFound.
        """
        self.check_usable()
        if not self.is_live(at):
            raise CartExpired(expired_at=self.expires_at)
        expires_at = min(at + terms.hold_for, self.extendable_until)
        if expires_at <= self.expires_at:
            raise CartExtensionRefused(
                expires_at=self.expires_at, extendable_until=self.extendable_until
            )
        self.expires_at = expires_at

    def empty(self, *, at: datetime) -> None:
        """The buyer wants none of it. Raises CartOrdered, CartNotFound."""
        self.check_usable()
        self.items, self.draws, self.promo_code = (), (), None
        self.status, self.closed_at = CartStatus.EMPTIED, at

    def expire(self, *, at: datetime) -> None:
        """Its time is over and its tickets are for others. Nothing if that is known already."""
        if self.status is CartStatus.OPEN and self.expires_at <= at:
            self.status, self.closed_at = CartStatus.EXPIRED, at
            self.record(
                events.CartExpired(
                    organization_id=self.organization_id,
                    aggregate_id=self.id,
                    at=at,
                    event_id=self.event_id,
                )
            )

    def give_way(self, *, at: datetime) -> None:
        """Its owner begins another one. Raises CartOrdered, CartNotFound."""
        self.check_usable()
        self.status, self.closed_at = CartStatus.EMPTIED, at

    def become_order(self, order_id: OrderId, *, at: datetime) -> None:
        self.status, self.order_id, self.closed_at = CartStatus.ORDERED, order_id, at

    def check_usable(self) -> None:
        """Raises CartOrdered, CartNotFound (an emptied cart is as good as none)."""
        if self.status is CartStatus.ORDERED:
            raise CartOrdered(order_id=self.order_id)
        if self.status is CartStatus.EMPTIED:
            raise CartNotFound


def draws_of(quote: Quote) -> tuple[Draw, ...]:
    """What its tickets take; a code's use is not held, it is looked at when the order is placed."""
    return tuple(draw for draw in quote.draws if draw.allotment_id != quote.promo_code_id)


def places_of(quote: Quote) -> int:
    """Units of the event's room that a cart with this would take."""
    return _places(quote.event_id, draws_of(quote), (line.quantity for line in quote.lines))


def _places(event_id: EventId, draws: Iterable[Draw], quantities: Iterable[int]) -> int:
    taken = sum(draw.units for draw in draws if draw.allotment_id == AllotmentId(event_id))
    return taken or sum(quantities)


def _items_of(quote: Quote) -> tuple[CartItem, ...]:
    return tuple(
        CartItem(
            ticket_type_id=line.ticket_type_id,
            name=line.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
        )
        for line in quote.lines
    )
