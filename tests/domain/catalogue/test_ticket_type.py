"""A ticket type's own rules."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue.errors import (
    InvalidCustomerLimit,
    InvalidDocument,
    InvalidDraws,
    InvalidOrderLimits,
    InvalidPrice,
    InvalidQuantity,
    InvalidSchedule,
    InvalidSortOrder,
)
from domain.catalogue.ticket_type import (
    Draw,
    PoolShare,
    known_quantity,
    own_draws,
    price_of,
)
from domain.shared.errors import DomainError, Invalid
from domain.shared.ids import AllotmentId, PoolId
from domain.shared.money import InvalidAmount, Money
from domain.shared.period import Period
from domain.shared.text import InvalidText
from tests.domain.catalogue.builders import EVENT, FLOOR, NOON, a_ticket_type

STAND, ARENA = PoolId(UUID(int=1)), PoolId(UUID(int=2))


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"name": " "}, InvalidText),
        ({"price": Money(-1, "EUR")}, InvalidPrice),
        ({"min_per_order": 0}, InvalidOrderLimits),
        ({"min_per_order": 3, "max_per_order": 2}, InvalidOrderLimits),
        ({"max_per_order": 101}, InvalidOrderLimits),
        ({"max_per_customer": 0}, InvalidCustomerLimit),
        ({"min_per_order": 3, "max_per_customer": 2}, InvalidCustomerLimit),
        ({"max_per_customer": 1_000_001}, InvalidCustomerLimit),
        ({"sort_order": -1}, InvalidSortOrder),
        ({"sort_order": 10_001}, InvalidSortOrder),
        ({"sales": Period(NOON.replace(tzinfo=None), None)}, InvalidSchedule),
        ({"metadata": {"blob": "x" * 16_385}}, InvalidDocument),
    ],
)
def test_what_cannot_be_is_refused(wanted: dict[str, Any], refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        a_ticket_type(**wanted)


def test_a_ticket_takes_one_of_its_quantity_and_one_of_the_events_room() -> None:
    assert a_ticket_type().draws == (Draw(AllotmentId(EVENT), 1), Draw(AllotmentId(FLOOR), 1))


def test_a_ticket_may_take_more_of_the_event_and_some_of_pools() -> None:
    shares = (PoolShare(STAND, 3), PoolShare(ARENA, 1))

    family = a_ticket_type(draws=own_draws(FLOOR, EVENT, event_units=4, pools=shares))

    assert family.event_units == 4
    assert set(family.pools) == set(shares)
    assert [draw.allotment_id for draw in family.draws] == sorted([FLOOR, EVENT, STAND, ARENA])


@pytest.mark.parametrize("units", [0, -1, 101, 2**31])
def test_a_ticket_takes_some_and_not_too_much(units: int) -> None:
    with pytest.raises(InvalidDraws):
        own_draws(FLOOR, EVENT, event_units=units)
    with pytest.raises(InvalidDraws):
        own_draws(FLOOR, EVENT, pools=[PoolShare(STAND, units)])


def test_pools_are_named_once_and_are_few() -> None:
    with pytest.raises(InvalidDraws):
        own_draws(FLOOR, EVENT, pools=[PoolShare(STAND, 1), PoolShare(STAND, 2)])
    with pytest.raises(InvalidDraws):
        own_draws(FLOOR, EVENT, pools=[PoolShare(PoolId(UUID(int=n)), 1) for n in range(11)])


@pytest.mark.parametrize(
    ("written", "price"), [("50", "50.00"), ("50.00", "50.00"), ("0", "0.00"), ("-0", "0.00")]
)
def test_a_price_is_read_as_written(written: str, price: str) -> None:
    assert str(price_of(Decimal(written), "EUR")) == price


@pytest.mark.parametrize("written", ["NaN", "sNaN", "Infinity", "-Infinity", "-1", "1e999999999"])
def test_what_is_no_price_is_refused(written: str) -> None:
    with pytest.raises(InvalidPrice):
        price_of(Decimal(written), "EUR")


def test_a_price_has_the_places_of_its_currency() -> None:
    with pytest.raises(InvalidAmount):
        price_of(Decimal("1.005"), "EUR")
    with pytest.raises(InvalidAmount):
        price_of(Decimal("1.5"), "JPY")


@given(amount=st.decimals(), currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_any_number_is_a_price_or_refused(amount: Decimal, currency: str) -> None:
    try:
        price = price_of(amount, currency)
    except Invalid:
        return

    assert price.amount() == amount


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_a_quantity_is_between_one_and_a_million(quantity: int) -> None:
    with pytest.raises(InvalidQuantity):
        known_quantity(quantity)
