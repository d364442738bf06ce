"""Money: exact in, exact out, and not a cent is lost on the way."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.money import (
    CURRENCIES,
    MAX_MINOR,
    CurrencyMismatch,
    InvalidAmount,
    Money,
    UnknownCurrency,
    exponent,
    spread,
)

currencies = st.sampled_from(sorted(CURRENCIES))
sums = st.builds(Money, st.integers(-(10**12), 10**12), currencies)


@given(sums)
def test_an_amount_comes_back_as_it_went(money: Money) -> None:
    assert Money.of(Decimal(str(money)), money.currency) == money
    assert len(str(money).partition(".")[2]) == exponent(money.currency)


@pytest.mark.parametrize(
    "amount",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999999999",
        "1e16",
        "1e-999999999",
        "0.001",
        "0.0" + "0" * 40 + "1",
    ],
)
def test_what_is_no_sum_of_dollars_is_refused(amount: str) -> None:
    with pytest.raises(InvalidAmount):
        Money.of(Decimal(amount), "USD")


def test_a_yen_has_no_places_and_a_dinar_three() -> None:
    assert Money.of(Decimal(500), "JPY").minor == 500
    assert str(Money(1234, "KWD")) == "1.234"
    with pytest.raises(InvalidAmount):
        Money.of(Decimal("0.5"), "JPY")


@pytest.mark.parametrize("currency", ["usd", "XXX", "", "US"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, currency)


def test_a_sum_beyond_the_largest_is_refused() -> None:
    with pytest.raises(InvalidAmount):
        Money(MAX_MINOR, "USD") + Money(1, "USD")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "USD") + Money(1, "EUR")


@given(st.integers(0, 10**9), st.decimals(0, 100, places=2))
def test_a_percentage_is_rounded_half_up_to_the_cent(minor: int, percent: Decimal) -> None:
    part = Money(minor, "USD").percent(percent)

    assert abs(part.minor - Decimal(minor) * percent / 100) <= Decimal("0.5")
    assert 0 <= part.minor <= minor


def test_half_a_cent_goes_up() -> None:
    assert Money(25, "USD").percent(Decimal(10)).minor == 3


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_a_sum_is_shared_without_losing_a_cent(total: int, weights: list[int]) -> None:
    shares = spread(total, weights)

    assert sum(shares) == total
    whole = sum(weights)
    if whole:
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - Decimal(total) * weight / whole) < 1


def test_nobody_gets_nothing_of_nothing() -> None:
    assert spread(5, []) == []
    assert spread(2, [0, 0, 0]) == [1, 1, 0]
    with pytest.raises(InvalidAmount):
        spread(-1, [1])
