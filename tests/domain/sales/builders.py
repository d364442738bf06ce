"""Orders, quotes and stock that say only what matters to a test."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from domain.sales.allotment import Allotment
from domain.sales.box_office import Claim
from domain.sales.order import Buyer, Draw, Order, OrderLine
from domain.sales.quote import Quote, Window
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrderId,
    OrganizationId,
    PromoCodeId,
    TicketId,
    TicketTypeId,
    UserId,
)
from domain.shared.money import Money, spread

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ORG = OrganizationId(UUID(int=1))
EVENT = EventId(UUID(int=10))
FLOOR = TicketTypeId(UUID(int=20))
VIP = TicketTypeId(UUID(int=21))
CODE = PromoCodeId(UUID(int=30))
BUYER = Buyer(id=UserId(UUID(int=40)), name="Ada Byron", email="ada@example.com")


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def a_quote(
    items: dict[TicketTypeId, int] | None = None,
    *,
    price: int = 5000,
    discount: int = 0,
    fees: int = 0,
    revision: int = 0,
    windows: tuple[Window, ...] = (),
    promo: bool = False,
) -> Quote:
    """`items` tickets at `price` cents each; by default one on the floor."""
    items = items or {FLOOR: 1}
    discounts = spread(discount, [price * quantity for quantity in items.values()])
    draws = [Draw(AllotmentId(type_id), quantity) for type_id, quantity in items.items()]
    draws.append(Draw(AllotmentId(EVENT), sum(items.values())))
    if promo:
        draws.append(Draw(AllotmentId(CODE), 1))
    return Quote(
        organization_id=ORG,
        event_id=EVENT,
        currency="USD",
        lines=tuple(
            OrderLine(
                ticket_type_id=type_id,
                name="Ticket",
                quantity=quantity,
                unit_price=usd(price),
                discount=usd(off),
            )
            for (type_id, quantity), off in zip(items.items(), discounts, strict=True)
        ),
        fees=usd(fees),
        tax=usd(0),
        draws=tuple(draws),
        windows=windows,
        revision=revision,
        promo_code_id=CODE if promo else None,
        promo_code="SPRING" if promo else None,
    )


def a_claim(quote: Quote | None = None) -> Claim:
    return Claim(
        order_id=OrderId(uuid4()), number=uuid4().hex[:10], buyer=BUYER, quote=quote or a_quote()
    )


def an_order(quote: Quote | None = None, *, at: datetime = NOON) -> Order:
    quote = quote or a_quote()
    return Order.place(
        organization_id=quote.organization_id,
        id=OrderId(uuid4()),
        number=uuid4().hex[:10],
        event_id=quote.event_id,
        buyer=BUYER,
        currency=quote.currency,
        lines=quote.lines,
        fees=quote.fees,
        tax=quote.tax,
        draws=quote.draws,
        placed_at=at,
        expires_at=at + timedelta(minutes=15),
        promo_code_id=quote.promo_code_id,
        promo_code=quote.promo_code,
    )


def a_stock(
    *, event: int | None = 100, floor: int = 10, vip: int = 10, code: int | None = 5
) -> dict[AllotmentId, Allotment]:
    capacities = {EVENT: event, FLOOR: floor, VIP: vip, CODE: code}
    return {
        AllotmentId(id_): Allotment(organization_id=ORG, id=AllotmentId(id_), capacity=capacity)
        for id_, capacity in capacities.items()
    }


def identities() -> Iterator[tuple[TicketId, bytes]]:
    while True:
        id_ = uuid4()
        yield TicketId(id_), id_.bytes[:12]
