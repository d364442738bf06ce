"""How much less an order costs."""

from dataclasses import dataclass
from decimal import Decimal

from domain.pricing.amounts import in_currency, known_amount
from domain.pricing.errors import InvalidDiscount
from domain.shared.money import Money
from domain.shared.words import Word


class DiscountType(Word):
    """What `value` is: percent, or an amount of money."""

    PERCENTAGE = "percentage"
    FIXED_AMOUNT = "fixed_amount"


@dataclass(frozen=True, slots=True)
class Discount:
    """A percentage above 0 and up to 100, or an amount per order in the event's currency."""

    type: DiscountType
    value: Decimal

    def __post_init__(self) -> None:
        value = known_amount(self.value, InvalidDiscount)
        if value == 0 or (self.type is DiscountType.PERCENTAGE and value > 100):
            raise InvalidDiscount
        object.__setattr__(self, "value", value)

    def on(self, subtotal: Money) -> Money:
        """What comes off: a percentage rounded half up, an amount of at most all of it."""
        if self.type is DiscountType.PERCENTAGE:
            return subtotal.percent(self.value)
        return min(in_currency(self.value, subtotal.currency), subtotal)
