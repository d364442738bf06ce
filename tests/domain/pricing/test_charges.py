"""What an order costs: sums are exact, and nothing is ever worth less than nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pricing.charges import FeePolicy, InvalidPricedLine, PricedLine, charge_for
from domain.pricing.discount import Discount, DiscountType
from domain.pricing.errors import InvalidFee
from domain.shared.money import CurrencyMismatch, Money

currencies = st.sampled_from(["JPY", "USD", "KWD"])
percents = st.decimals(Decimal("0.01"), 100, places=2)
amounts = st.decimals(Decimal("0.001"), 10_000, places=3)
discounts = st.one_of(
    st.none(),
    percents.map(lambda value: Discount(DiscountType.PERCENTAGE, value)),
    amounts.map(lambda value: Discount(DiscountType.FIXED_AMOUNT, value)),
)
policies = st.builds(
    FeePolicy,
    percent=st.one_of(st.just(Decimal(0)), percents),
    fixed=st.one_of(st.just(Decimal(0)), amounts),
)
baskets = st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 20)), min_size=1, max_size=8)


def lines(basket: list[tuple[int, int]], currency: str) -> list[PricedLine]:
    return [PricedLine(Money(minor, currency), quantity) for minor, quantity in basket]


def usd(amount: str) -> Money:
    return Money.of(Decimal(amount), "USD")


def off(percent: str) -> Discount:
    return Discount(DiscountType.PERCENTAGE, Decimal(percent))


@given(basket=baskets, currency=currencies, fees=policies, discount=discounts)
def test_line_discounts_sum_to_the_discount_and_no_line_is_negative(
    basket: list[tuple[int, int]], currency: str, fees: FeePolicy, discount: Discount | None
) -> None:
    priced = lines(basket, currency)

    charges = charge_for(priced, currency, fees, discount)

    assert Money.sum(charges.line_discounts, currency) == charges.discount
    for line, share in zip(priced, charges.line_discounts, strict=True):
        assert 0 <= share.minor <= line.subtotal.minor


@given(basket=baskets, currency=currencies, fees=policies, discount=discounts)
def test_the_total_is_the_subtotal_less_the_discount_plus_fees_and_tax(
    basket: list[tuple[int, int]], currency: str, fees: FeePolicy, discount: Discount | None
) -> None:
    charges = charge_for(lines(basket, currency), currency, fees, discount)

    assert charges.subtotal.minor == sum(minor * quantity for minor, quantity in basket)
    assert 0 <= charges.discount.minor <= charges.subtotal.minor
    assert charges.total.minor == (
        charges.subtotal.minor - charges.discount.minor + charges.fees.minor + charges.tax.minor
    )
    assert charges.total.minor >= 0


@given(
    basket=baskets,
    currency=currencies,
    fees=policies,
    discount=discounts,
    data=st.data(),
)
def test_the_order_of_the_lines_does_not_change_the_total(
    basket: list[tuple[int, int]],
    currency: str,
    fees: FeePolicy,
    discount: Discount | None,
    data: st.DataObject,
) -> None:
    shuffled = data.draw(st.permutations(basket))

    charges = charge_for(lines(basket, currency), currency, fees, discount)
    others = charge_for(lines(shuffled, currency), currency, fees, discount)

    assert charges.total == others.total
    assert charges.discount == others.discount
    assert charges.fees == others.fees


@given(basket=baskets, currency=currencies, fees=policies)
def test_an_order_that_costs_nothing_has_no_fee(
    basket: list[tuple[int, int]], currency: str, fees: FeePolicy
) -> None:
    charges = charge_for(lines(basket, currency), currency, fees, off("100"))

    assert charges.total == Money.zero(currency)


def test_a_percentage_is_rounded_half_up() -> None:
    priced = [PricedLine(usd("0.50"), 1)]

    charges = charge_for(priced, "USD", FeePolicy(), off("25"))

    assert charges.discount == usd("0.13")


def test_an_amount_takes_off_no_more_than_there_is() -> None:
    discount = Discount(DiscountType.FIXED_AMOUNT, Decimal(50))

    charges = charge_for([PricedLine(usd("20.00"), 2)], "USD", FeePolicy(), discount)

    assert charges.discount == usd("40.00")
    assert charges.total == usd("0.00")


def test_the_fee_is_charged_on_what_is_left_and_per_ticket_that_costs_something() -> None:
    priced = [PricedLine(usd("50.00"), 2), PricedLine(usd("0.00"), 3)]
    fees = FeePolicy(percent=Decimal("2.5"), fixed=Decimal("0.99"))

    charges = charge_for(priced, "USD", fees, off("10"))

    assert charges.fees == usd("4.23")  # 2.5 % of 90.00, and 0.99 for each of two.
    assert charges.total == usd("94.23")


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 1), ("USD", 50), ("KWD", 500)])
def test_the_fixed_fee_is_rounded_to_the_currency(currency: str, minor: int) -> None:
    priced = [PricedLine(Money(1_000, currency), 1)]

    charges = charge_for(priced, currency, FeePolicy(fixed=Decimal("0.50")))

    assert charges.fees == Money(minor, currency)


def test_lines_in_another_currency_are_refused() -> None:
    with pytest.raises(CurrencyMismatch):
        charge_for([PricedLine(Money(100, "EUR"), 1)], "USD", FeePolicy())


@pytest.mark.parametrize(("minor", "quantity"), [(-1, 1), (100, 0), (100, -1)])
def test_a_line_without_tickets_or_below_zero_is_refused(minor: int, quantity: int) -> None:
    with pytest.raises(InvalidPricedLine):
        PricedLine(Money(minor, "USD"), quantity)


@pytest.mark.parametrize("percent", ["-1", "100.01", "NaN", "1E+999999"])
def test_a_fee_that_is_no_percentage_is_refused(percent: str) -> None:
    with pytest.raises(InvalidFee):
        FeePolicy(percent=Decimal(percent))
