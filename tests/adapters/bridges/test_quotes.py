"""What an order costs and takes, or why it is refused: offers go in, quotes come out."""

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from adapters.bridges.quotes import PricedQuotes
from application.pricing.ports import Offer, OfferedCode, OfferedType, TriedItem
from application.sales.ports import QuoteRequest, WantedItem
from domain.pricing.discount import Discount, DiscountType
from domain.pricing.errors import (
    PromoCodeDisabled,
    PromoCodeExpired,
    PromoCodeMinimumNotMet,
    PromoCodeNotApplicable,
    PromoCodeNotYetValid,
    PromoCodeUnknown,
)
from domain.pricing.promo_code import PromoCode, PromoCodeStatus
from domain.sales.errors import (
    EmptyOrder,
    InvalidQuantity,
    NotOnSale,
    PromoCodeExhausted,
    QuantityOutOfRange,
    SeveralEvents,
    TicketTypeNotFound,
)
from domain.sales.order import Draw
from domain.sales.quote import Quote
from domain.shared.errors import DomainError
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrganizationId,
    PromoCodeId,
    TicketTypeId,
)
from domain.shared.money import Money
from domain.shared.period import Period
from tests.conftest import VirtualClock

NOON = VirtualClock().now
HOUR = timedelta(hours=1)
ROCK = OrganizationId(UUID(int=1))
CONCERT, OTHER = EventId(UUID(int=2)), EventId(UUID(int=3))
ADULT, FAMILY, HIDDEN, FOREIGN = (TicketTypeId(UUID(int=n)) for n in (4, 5, 6, 7))
MANY = [TicketTypeId(UUID(int=n)) for n in range(100, 121)]
SPRING = PromoCodeId(UUID(int=8))


def usd(amount: str) -> Money:
    return Money.of(Decimal(amount), "USD")


def a_type(id: TicketTypeId, event_id: EventId = CONCERT, **terms: Any) -> OfferedType:
    given: dict[str, Any] = {
        "id": id,
        "name": "Adult",
        "price": usd("50.00"),
        "min_per_order": 1,
        "max_per_order": 60,
        "sales": Period(),
        "is_hidden": False,
        "draws": ((AllotmentId(id), 1), (AllotmentId(event_id), 1)),
        **terms,
    }
    return OfferedType(**given)


def an_offer(*types: OfferedType, **terms: Any) -> Offer:
    given: dict[str, Any] = {
        "organization_id": ROCK,
        "event_id": CONCERT,
        "currency": "USD",
        "is_offered": True,
        "is_public": True,
        "sales": Period(None, NOON + HOUR),
        "fee_percent": Decimal("2.5"),
        "fee_fixed": Decimal("0.99"),
        "revision": 7,
        "types": {kind.id: kind for kind in types},
        **terms,
    }
    return Offer(**given)


FAMILY_TYPE = a_type(
    FAMILY,
    name="Family",
    price=usd("120.00"),
    min_per_order=2,
    max_per_order=4,
    sales=Period(NOON, None),
    draws=((AllotmentId(FAMILY), 1), (AllotmentId(CONCERT), 4)),
)


def a_code(**terms: Any) -> PromoCode:
    given: dict[str, Any] = {
        "code": "SPRING10",
        "discount": Discount(DiscountType.PERCENTAGE, Decimal(10)),
        **terms,
    }
    return PromoCode(organization_id=ROCK, id=SPRING, created_at=NOON, updated_at=NOON, **given)


class Shelf:
    """Offers and codes as planted; counts how often it is asked."""

    def __init__(self) -> None:
        hidden = a_type(HIDDEN, is_hidden=True)
        self.shelved = [
            an_offer(a_type(ADULT), FAMILY_TYPE, hidden, *map(a_type, MANY)),
            an_offer(a_type(FOREIGN, OTHER), event_id=OTHER),
        ]
        self.coupons = {(ROCK, "SPRING10"): OfferedCode(a_code(), 5)}
        self.asked = 0
        self.forgotten: list[EventId] = []

    async def offers(self, ids: Collection[TicketTypeId]) -> dict[TicketTypeId, Offer]:
        self.asked += 1
        return {id_: offer for offer in self.shelved for id_ in ids if id_ in offer.types}

    async def codes(
        self, wanted: Collection[tuple[OrganizationId, str]]
    ) -> dict[tuple[OrganizationId, str], OfferedCode]:
        return {key: self.coupons[key] for key in wanted if key in self.coupons}

    def forget(self, event_ids: Collection[EventId]) -> None:
        self.forgotten += event_ids


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def quotes(shelf: Shelf, clock: VirtualClock) -> PricedQuotes:
    return PricedQuotes(shelf, clock)


def wish(*items: tuple[TicketTypeId, int], code: str | None = None) -> QuoteRequest:
    return QuoteRequest(tuple(WantedItem(id_, quantity) for id_, quantity in items), code)


async def the_quote(quotes: PricedQuotes, request: QuoteRequest) -> Quote:
    [quote] = await quotes.quote([request])
    assert isinstance(quote, Quote)
    return quote


async def test_a_quote_carries_prices_fees_draws_and_the_edition(quotes: PricedQuotes) -> None:
    quote = await the_quote(quotes, wish((ADULT, 2), (FAMILY, 2)))

    assert [(line.name, line.quantity, str(line.net)) for line in quote.lines] == [
        ("Adult", 2, "100.00"),
        ("Family", 2, "240.00"),
    ]
    assert quote.fees == usd("12.46")  # 2.5 % of 340.00, and 0.99 for each of four.
    assert quote.tax == usd("0.00")
    assert quote.draws == (
        Draw(AllotmentId(CONCERT), 2 + 8),
        Draw(AllotmentId(ADULT), 2),
        Draw(AllotmentId(FAMILY), 2),
    )
    assert (quote.revision, quote.event_id, quote.organization_id) == (7, CONCERT, ROCK)


async def test_a_code_takes_its_share_of_every_line_and_one_of_its_uses(
    quotes: PricedQuotes,
) -> None:
    quote = await the_quote(quotes, wish((ADULT, 1), (FAMILY, 2), code=" spring10 "))

    assert [line.discount for line in quote.lines] == [usd("5.00"), usd("24.00")]
    assert Draw(AllotmentId(SPRING), 1) in quote.draws
    assert (quote.promo_code_id, quote.promo_code) == (SPRING, "SPRING10")


async def test_windows_say_whose_they_are(shelf: Shelf, quotes: PricedQuotes) -> None:
    validity = Period(NOON - HOUR, NOON + HOUR)
    shelf.coupons[ROCK, "SPRING10"] = OfferedCode(a_code(validity=validity), None)

    quote = await the_quote(quotes, wish((ADULT, 1), (FAMILY, 2), code="SPRING10"))

    assert [(window.of, window.period) for window in quote.windows] == [
        ("event", Period(None, NOON + HOUR)),
        ("ticket_type", Period(NOON, None)),
        ("promo_code", validity),
    ]


async def test_a_type_that_is_named_twice_is_one_line(quotes: PricedQuotes) -> None:
    quote = await the_quote(quotes, wish((FAMILY, 1), (ADULT, 1), (FAMILY, 1)))

    assert [(line.name, line.quantity) for line in quote.lines] == [("Family", 2), ("Adult", 1)]


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (wish(), EmptyOrder),
        (wish((ADULT, 0)), InvalidQuantity),
        (wish((ADULT, 5), (ADULT, -1)), InvalidQuantity),
        (wish((ADULT, 1), (TicketTypeId(UUID(int=99)), 1)), TicketTypeNotFound),
        (wish((ADULT, 1), (FOREIGN, 1)), SeveralEvents),
        (wish((HIDDEN, 1)), NotOnSale),
        (wish((FAMILY, 1)), QuantityOutOfRange),
        (wish((FAMILY, 3), (FAMILY, 2)), QuantityOutOfRange),
        (wish((ADULT, 60), (MANY[0], 41)), QuantityOutOfRange),
        (wish(*((id_, 1) for id_ in MANY)), QuantityOutOfRange),
        (wish((ADULT, 1), code="SUMMER"), PromoCodeUnknown),
        (wish((ADULT, 1), code="no such code"), PromoCodeUnknown),
        (wish((ADULT, 1), code=""), PromoCodeUnknown),
    ],
)
async def test_what_cannot_be_sold_is_refused(
    quotes: PricedQuotes, request_: QuoteRequest, refusal: type[DomainError]
) -> None:
    [answer] = await quotes.quote([request_])

    assert type(answer) is refusal


async def test_a_quantity_out_of_range_is_told_the_range(quotes: PricedQuotes) -> None:
    [answer] = await quotes.quote([wish((FAMILY, 5))])

    assert isinstance(answer, QuantityOutOfRange)
    assert answer.facts == {"ticket_type_id": FAMILY, "quantity": 5, "minimum": 2, "maximum": 4}


async def test_an_event_that_is_not_offered_is_not_on_sale(
    shelf: Shelf, quotes: PricedQuotes
) -> None:
    shelf.shelved = [an_offer(a_type(ADULT), is_offered=False)]

    [answer] = await quotes.quote([wish((ADULT, 1))])

    assert isinstance(answer, NotOnSale)


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"status": PromoCodeStatus.DISABLED}, PromoCodeDisabled),
        ({"validity": Period(NOON + HOUR, None)}, PromoCodeNotYetValid),
        ({"validity": Period(None, NOON)}, PromoCodeExpired),
        ({"applicable_events": (OTHER,)}, PromoCodeNotApplicable),
        ({"min_order_value": Decimal("50.01")}, PromoCodeMinimumNotMet),
    ],
)
async def test_a_code_that_does_not_fit_says_why(
    shelf: Shelf, quotes: PricedQuotes, terms: dict[str, Any], refusal: type[DomainError]
) -> None:
    shelf.coupons[ROCK, "SPRING10"] = OfferedCode(a_code(**terms), None)

    [answer] = await quotes.quote([wish((ADULT, 1), code="SPRING10")])

    assert type(answer) is refusal


async def test_a_refusal_concerns_its_own_request_alone(shelf: Shelf, quotes: PricedQuotes) -> None:
    answers = await quotes.quote(
        [wish((ADULT, 1)), wish(), wish((FOREIGN, 1)), wish((HIDDEN, 1)), wish((FAMILY, 2))]
    )

    assert [type(answer) for answer in answers] == [Quote, EmptyOrder, Quote, NotOnSale, Quote]
    assert shelf.asked == 1


async def test_an_exhausted_code_is_quoted_because_the_stock_decides(
    shelf: Shelf, quotes: PricedQuotes
) -> None:
    shelf.coupons[ROCK, "SPRING10"] = OfferedCode(a_code(), 0)

    quote = await the_quote(quotes, wish((ADULT, 1), code="SPRING10"))

    assert quote.promo_code == "SPRING10"
    with pytest.raises(PromoCodeExhausted):
        await quotes.discount("SPRING10", [TriedItem(ADULT, 1)], frozenset())


async def test_a_trial_tells_the_discount_of_the_order(quotes: PricedQuotes) -> None:
    discount = await quotes.discount("SPRING10", [TriedItem(ADULT, 3)], frozenset())

    assert discount == usd("15.00")
    with pytest.raises(PromoCodeUnknown):
        await quotes.discount("SUMMER", [TriedItem(ADULT, 3)], frozenset())


async def test_lines_of_two_editions_are_never_mixed(shelf: Shelf, quotes: PricedQuotes) -> None:
    class TwoReadings(Shelf):
        async def offers(self, ids: Collection[TicketTypeId]) -> dict[TicketTypeId, Offer]:
            before = an_offer(a_type(ADULT), revision=7)
            after = an_offer(a_type(ADULT, price=usd("60.00")), FAMILY_TYPE, revision=8)
            return {ADULT: before, FAMILY: after}

    two = PricedQuotes(TwoReadings(), lambda: NOON)

    quote = await the_quote(two, wish((ADULT, 1), (FAMILY, 2)))

    assert quote.revision == 8
    assert quote.lines[0].unit_price == usd("60.00")


def test_forgetting_reaches_the_offers(shelf: Shelf, quotes: PricedQuotes) -> None:
    quotes.forget([CONCERT])

    assert shelf.forgotten == [CONCERT]
