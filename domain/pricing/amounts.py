"""Decimal amounts that meet their currency later, and are rounded there."""

from decimal import ROUND_HALF_UP, Decimal

from domain.shared.errors import Invalid
from domain.shared.money import Money, exponent

AMOUNT_MAX = Decimal(10**9)
PLACES_MAX = 3
_DIGITS_MAX = 40


def known_amount(amount: Decimal, refusal: type[Invalid]) -> Decimal:
    """The amount itself, with three decimal places. Raises the refusal unless 0 <= amount <= 10^9.

    Digits are counted before anything is computed: `1e999999999` is a short text and a huge number.
    """
    _, digits, places = amount.as_tuple()
    if not isinstance(places, int) or len(digits) > _DIGITS_MAX or not -20 <= places <= 20:
        raise refusal
    exact = amount.quantize(Decimal(1).scaleb(-PLACES_MAX)) if abs(amount) <= AMOUNT_MAX else None
    if exact is None or exact != amount or exact < 0:
        raise refusal
    return abs(exact)


def in_currency(amount: Decimal, currency: str) -> Money:
    """The amount in the currency's own decimal places, rounded half up."""
    minor = amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    return Money(int(minor), currency)


def plain(amount: Decimal) -> str:
    """As people write it: `12.5`, not `12.500` or `1E+1`."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
