"""When a promo code takes something off, and what it may look like."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pricing.amounts import plain
from domain.pricing.discount import Discount, DiscountType
from domain.pricing.errors import (
    InvalidApplicableEvents,
    InvalidDiscount,
    InvalidMaxUses,
    InvalidMinOrderValue,
    InvalidPromoCode,
    InvalidValidity,
    PromoCodeDisabled,
    PromoCodeExpired,
    PromoCodeMinimumNotMet,
    PromoCodeNotApplicable,
    PromoCodeNotYetValid,
)
from domain.pricing.promo_code import (
    PromoCode,
    PromoCodeStatus,
    ShownStatus,
    known_max_uses,
    normal_code,
    shown_status,
)
from domain.shared.ids import EventId, OrganizationId, PromoCodeId
from domain.shared.money import Money
from domain.shared.period import InvalidPeriod, Period

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVENT = EventId(UUID(int=5))
QUARTER_OFF = Discount(DiscountType.PERCENTAGE, Decimal(25))


def a_code(**terms: Any) -> PromoCode:
    given: dict[str, Any] = {"code": "EARLYBIRD25", "discount": QUARTER_OFF, **terms}
    return PromoCode(
        organization_id=OrganizationId(UUID(int=1)),
        id=PromoCodeId(UUID(int=2)),
        created_at=NOON,
        updated_at=NOON,
        **given,
    )


def usd(amount: str) -> Money:
    return Money.of(Decimal(amount), "USD")


def test_a_code_without_limits_is_good_for_every_order() -> None:
    code = a_code()

    assert code.discount_for(EVENT, usd("0.00"), at=NOON) == QUARTER_OFF


def test_a_code_is_kept_in_capitals() -> None:
    assert a_code(code="  EarlyBird25 ").code == "EARLYBIRD25"


@pytest.mark.parametrize(
    "code", ["", "AB", "A" * 41, "   ", "EARLY BIRD", "A\tB\tC", "A\u00a0BC", "A\x00BC"]
)
def test_a_code_that_nobody_could_type_is_refused(code: str) -> None:
    with pytest.raises(InvalidPromoCode):
        a_code(code=code)


@given(st.text(max_size=45))
def test_a_code_is_the_same_however_often_it_is_made_normal(code: str) -> None:
    try:
        once = normal_code(code)
    except InvalidPromoCode:
        return

    assert normal_code(once) == once
    assert normal_code(code.lower().upper()) == normal_code(code.upper())


@pytest.mark.parametrize("value", ["0", "-5", "100.001", "NaN", "Infinity", "1E+999999", "0.0001"])
def test_an_impossible_percentage_is_refused(value: str) -> None:
    with pytest.raises(InvalidDiscount):
        Discount(DiscountType.PERCENTAGE, Decimal(value))


@pytest.mark.parametrize("value", ["0", "-5", "1000000000.001", "sNaN", "1E-999999"])
def test_an_impossible_amount_is_refused(value: str) -> None:
    with pytest.raises(InvalidDiscount):
        Discount(DiscountType.FIXED_AMOUNT, Decimal(value))


def test_a_code_that_was_switched_off_takes_nothing_off() -> None:
    code = a_code(status=PromoCodeStatus.DISABLED)

    with pytest.raises(PromoCodeDisabled):
        code.discount_for(EVENT, usd("10.00"), at=NOON)


def test_a_code_is_valid_from_its_first_instant_and_not_at_its_last() -> None:
    code = a_code(validity=Period(NOON, NOON + HOUR))

    with pytest.raises(PromoCodeNotYetValid):
        code.discount_for(EVENT, usd("10.00"), at=NOON - timedelta(microseconds=1))
    assert code.discount_for(EVENT, usd("10.00"), at=NOON) == QUARTER_OFF
    with pytest.raises(PromoCodeExpired):
        code.discount_for(EVENT, usd("10.00"), at=NOON + HOUR)


def test_a_code_for_certain_events_is_for_no_other() -> None:
    code = a_code(applicable_events=(EVENT,))

    assert code.discount_for(EVENT, usd("10.00"), at=NOON) == QUARTER_OFF
    with pytest.raises(PromoCodeNotApplicable):
        code.discount_for(EventId(UUID(int=6)), usd("10.00"), at=NOON)


def test_an_order_below_the_minimum_is_told_the_minimum() -> None:
    code = a_code(min_order_value=Decimal(50))

    with pytest.raises(PromoCodeMinimumNotMet) as refusal:
        code.discount_for(EVENT, usd("49.99"), at=NOON)

    assert refusal.value.facts == {"minimum": "50.00", "subtotal": "49.99", "currency": "USD"}
    assert code.discount_for(EVENT, usd("50.00"), at=NOON) == QUARTER_OFF


def test_terms_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InvalidPeriod):
        a_code(validity=Period(NOON, NOON))
    with pytest.raises(InvalidValidity):
        a_code(validity=Period(None, NOON.replace(year=9999)))
    with pytest.raises(InvalidMinOrderValue):
        a_code(min_order_value=Decimal("-0.01"))
    with pytest.raises(InvalidApplicableEvents):
        a_code(applicable_events=())
    with pytest.raises(InvalidMaxUses):
        known_max_uses(0)


def test_disabled_is_not_expired_and_expired_is_not_exhausted() -> None:
    over, always = Period(None, NOON), Period()
    active, disabled = PromoCodeStatus.ACTIVE, PromoCodeStatus.DISABLED

    assert shown_status(disabled, over, uses_left=0, now=NOON) is ShownStatus.DISABLED
    assert shown_status(active, over, uses_left=0, now=NOON) is ShownStatus.EXPIRED
    assert shown_status(active, always, uses_left=0, now=NOON) is ShownStatus.EXHAUSTED
    assert shown_status(active, always, uses_left=1, now=NOON) is ShownStatus.ACTIVE
    assert shown_status(active, always, uses_left=None, now=NOON) is ShownStatus.ACTIVE


@pytest.mark.parametrize(
    ("amount", "written"),
    [("10.000", "10"), ("12.500", "12.5"), ("100", "100"), ("0.001", "0.001")],
)
def test_an_amount_is_written_without_idle_zeros(amount: str, written: str) -> None:
    assert plain(Decimal(amount)) == written
