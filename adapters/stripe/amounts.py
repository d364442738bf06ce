"""Our minor units in Stripe's counting, and back.

Stripe counts in ISO 4217 minor units as we do, except for three currencies. ISK and UGX have no
minor unit, but Stripe kept the two places they once had; MGA has one, but Stripe knows none.
"""

from domain.shared.money import InvalidAmount, exponent

_STRIPE_UNITS_IN_OURS = {"ISK": 100, "UGX": 100}
_OUR_UNITS_IN_STRIPES = {"MGA": 100}


def to_stripe(amount_minor: int, currency: str) -> int:
    """The amount as Stripe counts it. Raises InvalidAmount if Stripe cannot take it exactly."""
    multiplied = amount_minor * _STRIPE_UNITS_IN_OURS.get(currency, 1)
    amount, remainder = divmod(multiplied, _OUR_UNITS_IN_STRIPES.get(currency, 1))
    # The card networks behind Stripe move thousandths only in tens.
    if remainder or (exponent(currency) == 3 and amount % 10):
        raise InvalidAmount(f"This amount of {currency} is too fine for the card processor.")
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """The amount in our minor units, rounded up: Stripe itself refuses fractions of a krona."""
    multiplied = amount * _OUR_UNITS_IN_STRIPES.get(currency, 1)
    return -(-multiplied // _STRIPE_UNITS_IN_OURS.get(currency, 1))
