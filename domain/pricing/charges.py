"""What an order costs and why: the one point of truth for every total."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.pricing.amounts import in_currency, known_amount
from domain.pricing.discount import Discount
from domain.pricing.errors import InvalidFee
from domain.shared.errors import Invalid
from domain.shared.money import Money, spread


class InvalidPricedLine(Invalid):
    """A line has one ticket or more, at a price of zero or more."""

    code = "invalid_priced_line"


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """What an organisation adds for service: percent of what is paid, and a sum per ticket.

    `fixed` is a decimal amount in whatever currency is sold in, rounded half up to its places.
    """

    percent: Decimal = Decimal(0)
    fixed: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if known_amount(self.percent, InvalidFee) > 100:
            raise InvalidFee
        known_amount(self.fixed, InvalidFee)

    def fee(self, discounted: Money, *, tickets: int) -> Money:
        """The fee on a discounted subtotal with so many tickets that cost something."""
        if discounted.minor == 0:
            return discounted
        per_ticket = in_currency(self.fixed, discounted.currency)
        return discounted.percent(self.percent) + per_ticket * tickets


@dataclass(frozen=True, slots=True)
class PricedLine:
    """So many tickets at one price."""

    unit_price: Money
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1 or self.unit_price.minor < 0:
            raise InvalidPricedLine

    @property
    def subtotal(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """`line_discounts` are in the order of the lines and sum to `discount` exactly."""

    subtotal: Money
    discount: Money
    line_discounts: tuple[Money, ...]
    fees: Money
    tax: Money

    @property
    def total(self) -> Money:
        return self.subtotal - self.discount + self.fees + self.tax


def subtotal_of(lines: Sequence[PricedLine], currency: str) -> Money:
    """Before discounts, fees and tax. Raises CurrencyMismatch, InvalidAmount."""
    return Money.sum((line.subtotal for line in lines), currency)


def charge_for(
    lines: Sequence[PricedLine], currency: str, fees: FeePolicy, discount: Discount | None = None
) -> Charges:
    """Discount first, spread over the lines; then fees on what is left; what is free has no fee.

    Raises CurrencyMismatch, InvalidAmount.
    """
    subtotal = subtotal_of(lines, currency)
    given = discount.on(subtotal) if discount else Money.zero(currency)
    shares = spread(given.minor, [line.subtotal.minor for line in lines])
    tickets = sum(line.quantity for line in lines if line.unit_price.minor)
    return Charges(
        subtotal=subtotal,
        discount=given,
        line_discounts=tuple(Money(share, currency) for share in shares),
        fees=fees.fee(subtotal - given, tickets=tickets),
        tax=Money.zero(currency),
    )
