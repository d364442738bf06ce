"""The box office decides a whole batch of orders at once, in arrival order, in plain Python.

The stock it is given was locked; what it changes there and the orders it answers are written in one
commit. A refusal concerns its own claim alone and leaves the stock as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.sales.allotment import Allotment
from domain.sales.errors import NotOnSale, OfferChanged, PromoCodeExhausted, SoldOut
from domain.sales.order import Buyer, Draw, Order
from domain.sales.quote import Quote
from domain.sales.ticket import Ticket, tickets_for
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, OrderId, OrganizationId, TicketId
from domain.shared.words import Word

Stock = Mapping[AllotmentId, Allotment]
Identities = Iterator[tuple[TicketId, bytes]]


class MovementKind(Word):
    """What can happen to units."""

    HOLD = "hold"
    RELEASE = "release"
    SELL = "sell"
    GIVE_BACK = "give_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One entry of the stock's history, from which the counters can be rebuilt."""

    organization_id: OrganizationId
    allotment_id: AllotmentId
    order_id: OrderId
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


@dataclass(slots=True)
class Decisions:
    """One outcome per claim, and all that is to be written."""

    outcomes: list[Order | DomainError]
    tickets: list[Ticket]
    movements: list[Movement]

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
) -> Decisions:
    """Hold stock for each claim that the offer and the stock allow; what costs nothing is paid at
    once.

    Changes the allotments in `stock` in place.
    """
    decisions = Decisions([], [], [])
    for claim in claims:
        try:
            order = _place(claim, stock, now=now, hold_for=hold_for)
        except DomainError as refusal:
            decisions.outcomes.append(refusal)
            continue
        decisions.outcomes.append(order)
        decisions.movements += move(order, MovementKind.HOLD, at=now)
        if order.total.minor == 0:
            take(order, stock)
            order.pay(at=now)
            decisions.movements += move(order, MovementKind.SELL, at=now)
            decisions.tickets += tickets_for(order, identities, at=now)
    return decisions


def _place(claim: Claim, stock: Stock, *, now: datetime, hold_for: timedelta) -> Order:
    quote = claim.quote
    room = stock.get(AllotmentId(quote.event_id))
    if room is None:
        raise NotOnSale(event_id=quote.event_id)
    if room.revision != quote.revision:
        raise OfferChanged(event_id=quote.event_id)
    quote.check_windows(now)
    hold_all(quote.draws, stock, promo_code_id=quote.promo_code_id)
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
        draws=quote.draws,
        placed_at=now,
        expires_at=now + hold_for,
        promo_code_id=quote.promo_code_id,
        promo_code=quote.promo_code,
    )


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
