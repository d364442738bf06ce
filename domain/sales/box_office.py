"""The box office decides a whole batch of orders at once, in arrival order, in plain Python.

The stock it is given was locked; what it changes there and the orders it answers are written in one
commit. A refusal concerns its own claim alone and leaves the stock as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.sales.allotment import Allotment
from domain.sales.errors import (
    AdmissionPassNeeded,
    CustomerLimitReached,
    NotOnSale,
    OfferChanged,
    OfferLapsed,
    PriceChanged,
    PromoCodeExhausted,
    Reserved,
    SoldOut,
)
from domain.sales.order import Buyer, Draw, Order
from domain.sales.payment_attempt import PaymentAttempt
from domain.sales.quote import PerCustomer, Quote
from domain.sales.ticket import Ticket, tickets_for
from domain.shared.errors import DomainError
from domain.shared.ids import (
    AllotmentId,
    CartId,
    OrderId,
    OrganizationId,
    TicketId,
    WaitingListEntryId,
)
from domain.shared.money import Money
from domain.shared.words import Word

Stock = Mapping[AllotmentId, Allotment]
Units = Mapping[AllotmentId, int]
Identities = Iterator[tuple[TicketId, bytes]]


class MovementKind(Word):
    """What can happen to units."""

    HOLD = "hold"
    RELEASE = "release"
    SELL = "sell"
    GIVE_BACK = "give_back"
    BLOCK = "block"
    UNBLOCK = "unblock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One entry of the stock's history, from which the counters can be rebuilt."""

    organization_id: OrganizationId
    allotment_id: AllotmentId
    order_id: OrderId | None
    kind: MovementKind
    quantity: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A buyer's wish, priced, with the names its order will have."""

    order_id: OrderId
    number: str
    buyer: Buyer
    quote: Quote
    shown_total: Money | None = None
    """What the buyer was told it costs; None if the buyer does not care."""
    has_pass: bool = False
    """The buyer was admitted by the event's waiting room."""
    cart_id: CartId | None = None
    in_cart: Units = field(default_factory=dict)
    """What the buyer's own cart holds of each allotment."""
    offer_id: WaitingListEntryId | None = None
    """The waiting list's offer: its units are blocked for this buyer."""
    offered: Units = field(default_factory=dict)
    """What the offer has set aside of each allotment."""
    payment: PaymentAttempt | None = None

    @property
    def draws(self) -> tuple[Draw, ...]:
        """What it takes of each allotment, in the order in which stock is locked."""
        if not self.quote.per_customer:
            return self.quote.draws
        counted = [
            Draw(limit.allotment_of(self.buyer.email), limit.quantity)
            for limit in self.quote.per_customer
        ]
        return tuple(sorted((*self.quote.draws, *counted), key=lambda draw: draw.allotment_id))


@dataclass(slots=True)
class Decisions:
    """One outcome per claim, and all that is to be written."""

    outcomes: list[Order | DomainError]
    tickets: list[Ticket]
    movements: list[Movement]
    payments: list[tuple[Order, PaymentAttempt]]

    @property
    def orders(self) -> list[Order]:
        return [outcome for outcome in self.outcomes if isinstance(outcome, Order)]


def decide_orders(
    claims: Sequence[Claim],
    stock: Stock,
    identities: Identities,
    *,
    now: datetime,
    hold_for: timedelta,
    in_carts: Units | None = None,
) -> Decisions:
    """Hold stock for each claim that the offer and the stock allow; what costs nothing, or was
    paid on the spot, is paid at once.

    `in_carts` is what all carts together hold of each allotment. Changes the allotments in `stock`
    in place.
    """
    decisions = Decisions([], [], [], [])
    carts = dict(in_carts or {})
    offers_taken: set[WaitingListEntryId] = set()
    for claim in claims:
        try:
            if claim.offer_id in offers_taken:
                raise OfferLapsed
            order = _place(claim, stock, carts, now=now, hold_for=hold_for)
        except DomainError as refusal:
            decisions.outcomes.append(refusal)
            continue
        decisions.outcomes.append(order)
        if claim.offer_id is not None:
            offers_taken.add(claim.offer_id)
            decisions.movements += _unblocked(claim, order, at=now)
        decisions.movements += move(order, MovementKind.HOLD, at=now)
        if claim.payment is not None:
            decisions.payments.append((order, claim.payment))
        total = claim.quote.total
        if total.minor == 0 or (claim.payment and claim.payment.pays(total)):
            take(order, stock)
            order.pay(at=now)
            decisions.movements += move(order, MovementKind.SELL, at=now)
            decisions.tickets += tickets_for(order, identities, at=now)
    return decisions


def _place(
    claim: Claim,
    stock: Stock,
    in_carts: dict[AllotmentId, int],
    *,
    now: datetime,
    hold_for: timedelta,
) -> Order:
    quote, draws = claim.quote, claim.draws
    _check(claim, stock, now)
    if claim.offer_id is None:
        _refuse_beyond_the_public(claim, draws, stock, in_carts)
        hold_all(draws, stock, promo_code_id=quote.promo_code_id)
    else:
        _take_up(claim, draws, stock)
    for allotment_id, units in claim.in_cart.items():
        in_carts[allotment_id] = in_carts.get(allotment_id, 0) - units
    return Order.place(
        organization_id=quote.organization_id,
        id=claim.order_id,
        number=claim.number,
        event_id=quote.event_id,
        buyer=claim.buyer,
        currency=quote.currency,
        lines=quote.lines,
        fees=quote.fees,
        tax=quote.tax,
        draws=draws,
        placed_at=now,
        expires_at=now + hold_for,
        promo_code_id=quote.promo_code_id,
        promo_code=quote.promo_code,
        cart_id=claim.cart_id,
    )


def _check(claim: Claim, stock: Stock, now: datetime) -> None:
    """Whether the offer still stands as it was quoted and shown."""
    quote = claim.quote
    room = stock.get(AllotmentId(quote.event_id))
    if room is None:
        raise NotOnSale(event_id=quote.event_id)
    if room.revision != quote.revision:
        raise OfferChanged(event_id=quote.event_id)
    quote.check_windows(now)
    # Who was offered a place has waited already.
    if quote.needs_pass and not claim.has_pass and claim.offer_id is None:
        raise AdmissionPassNeeded(event_id=quote.event_id)
    if claim.shown_total is not None and claim.shown_total != quote.total:
        raise PriceChanged(shown=str(claim.shown_total), total=str(quote.total))


def _refuse_beyond_the_public(
    claim: Claim, draws: Sequence[Draw], stock: Stock, in_carts: Units
) -> None:
    """What is free may be owed to the waiting list or lie in others' carts; own carts count first.

    Raises CustomerLimitReached, SoldOut, Reserved; what is not free at all is left to `hold_all`.
    """
    limits = {limit.allotment_of(claim.buyer.email): limit for limit in claim.quote.per_customer}
    for draw in draws:
        allotment = stock.get(draw.allotment_id)
        free = None if allotment is None else allotment.available
        if allotment is None or free is None:
            continue
        mine = claim.in_cart.get(draw.allotment_id, 0)
        others = in_carts.get(draw.allotment_id, 0) - mine
        if draw.units <= free - allotment.waiting - others:
            continue
        limit = limits.get(draw.allotment_id)
        if limit is not None and draw.units > free:
            raise _limit_reached(limit, allotment)
        if draw.units > free or mine >= draw.units:
            continue
        if draw.units > free - allotment.waiting:
            raise SoldOut(
                "What comes back goes to the waiting list first.",
                allotment_id=draw.allotment_id,
                wanted=draw.units,
                available=allotment.open_to_all,
            )
        raise Reserved(allotment_id=draw.allotment_id, wanted=draw.units, in_carts=others)


def missing(draws: Sequence[Draw], stock: Stock) -> dict[str, Any]:
    """What nobody could have of it, even alone; empty if there may be enough."""
    for draw in draws:
        allotment = stock.get(draw.allotment_id)
        free = None if allotment is None else allotment.available
        if free is not None and draw.units > free:
            return {"allotment_id": draw.allotment_id, "wanted": draw.units, "available": free}
    return {}


def _limit_reached(limit: PerCustomer, allotment: Allotment) -> CustomerLimitReached:
    return CustomerLimitReached(
        ticket_type_id=limit.ticket_type_id,
        maximum=limit.maximum,
        had=allotment.held + allotment.sold,
    )


def _take_up(claim: Claim, draws: Sequence[Draw], stock: Stock) -> None:
    """What the offer has set aside becomes held, and what the order needs besides, all or none.

    Raises NotOnSale, CustomerLimitReached, SoldOut, PromoCodeExhausted, StockMismatch.
    """
    for allotment_id, units in claim.offered.items():
        if allotment_id not in stock:
            raise NotOnSale(allotment_id=allotment_id)
        stock[allotment_id].check_blocked(units)
    limits = {limit.allotment_of(claim.buyer.email): limit for limit in claim.quote.per_customer}
    for draw in draws:
        limit, allotment = limits.get(draw.allotment_id), stock.get(draw.allotment_id)
        if limit and allotment and draw.units > (allotment.available or 0):
            raise _limit_reached(limit, allotment)
    for allotment_id, units in claim.offered.items():
        stock[allotment_id].unblock(units)
    try:
        hold_all(draws, stock, promo_code_id=claim.quote.promo_code_id)
    except DomainError:
        for allotment_id, units in claim.offered.items():
            stock[allotment_id].block(units)
        raise


def _unblocked(claim: Claim, order: Order, *, at: datetime) -> list[Movement]:
    return [
        Movement(
            organization_id=order.organization_id,
            allotment_id=allotment_id,
            order_id=order.id,
            kind=MovementKind.UNBLOCK,
            quantity=units,
            at=at,
        )
        for allotment_id, units in claim.offered.items()
    ]


def hold_all(draws: Sequence[Draw], stock: Stock, *, promo_code_id: object = None) -> None:
    """All of it or none of it. Raises SoldOut, PromoCodeExhausted, NotOnSale."""
    for draw in draws:
        allotment = stock.get(draw.allotment_id)
        if allotment is None:
            raise NotOnSale(allotment_id=draw.allotment_id)
        if allotment.available is not None and draw.units > allotment.available:
            if draw.allotment_id == promo_code_id:
                raise PromoCodeExhausted
            raise SoldOut(
                allotment_id=draw.allotment_id, wanted=draw.units, available=allotment.available
            )
    for draw in draws:
        stock[draw.allotment_id].hold(draw.units)


def take(order: Order, stock: Stock) -> None:
    """What the order holds is sold."""
    for draw in order.draws:
        stock[draw.allotment_id].sell(draw.units)


def release(order: Order, stock: Stock) -> None:
    """What the order holds is free again."""
    for draw in order.draws:
        stock[draw.allotment_id].release(draw.units)


def give_back(order: Order, stock: Stock) -> None:
    """What the order bought is free again."""
    for draw in order.draws:
        stock[draw.allotment_id].give_back(draw.units)


def move(order: Order, kind: MovementKind, *, at: datetime) -> list[Movement]:
    """The order's draws as entries of the stock's history."""
    return [
        Movement(
            organization_id=order.organization_id,
            allotment_id=draw.allotment_id,
            order_id=order.id,
            kind=kind,
            quantity=draw.units,
            at=at,
        )
        for draw in order.draws
    ]
