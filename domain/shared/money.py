"""Money: integer minor units and an ISO 4217 currency that knows its exponent. Never a float."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from domain.shared.errors import Invalid

MAX_MINOR = 10**15
"""The largest amount that is taken, in minor units: far above any order, far below bigint."""

# Active ISO 4217 codes with minor units other than two; every other listed code has two.
_ZERO = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
_THREE = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_TWO = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT "
    "BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB "
    "EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT "
    "LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU "
    "MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD "
    "PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR "
    "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL "
    "THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES "
    "WST XCD YER ZAR ZMW".split()
)
CURRENCIES = _ZERO | _TWO | _THREE


class UnknownCurrency(Invalid):
    """The currency is not an ISO 4217 code we sell in."""

    code = "unknown_currency"
    field = "currency"


class InvalidAmount(Invalid):
    """The amount is not a sum of money in its currency."""

    code = "invalid_amount"


class CurrencyMismatch(Invalid):
    """Two currencies cannot be added."""

    code = "currency_mismatch"


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit. Raises UnknownCurrency."""
    if currency in _TWO:
        return 2
    if currency in _ZERO:
        return 0
    if currency in _THREE:
        return 3
    raise UnknownCurrency(currency=currency)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """A sum in minor units of one currency; negative sums exist (a discount, a correction)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)
        if abs(self.minor) > MAX_MINOR:
            raise InvalidAmount("The amount is too large.", maximum_minor=MAX_MINOR)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Self:
        """From a decimal amount. Raises InvalidAmount if it has more places than the currency."""
        places = exponent(currency)
        # The exponent first: arithmetic with 1e999999999 would overflow.
        if not amount.is_finite() or amount.adjusted() > 15 or amount.adjusted() < -15:
            raise InvalidAmount("The amount is not finite or too large.")
        minor = amount.scaleb(places).to_integral_value()
        if minor.scaleb(-places) != amount:
            raise InvalidAmount(f"{currency} has {places} decimal places.", places=places)
        return cls(int(minor), currency)

    def amount(self) -> Decimal:
        """The decimal amount with exactly the currency's places."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        places = exponent(self.currency)
        if places == 0:
            return str(self.minor)
        digits = f"{abs(self.minor):0{places + 1}d}"
        return f"{'-' if self.minor < 0 else ''}{digits[:-places]}.{digits[-places:]}"

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * times, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor <= other.minor

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(left=self.currency, right=other.currency)

    def percent(self, percent: Decimal) -> "Money":
        """That many percent of this sum, rounded half up to the minor unit."""
        exact = Decimal(self.minor) * percent / 100
        return Money(int(exact.quantize(Decimal(1), ROUND_HALF_UP)), self.currency)

    @staticmethod
    def sum(amounts: Iterable["Money"], currency: str) -> "Money":
        total = Money.zero(currency)
        for amount in amounts:
            total += amount
        return total


def spread(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Share a sum in proportion to the weights so that not a cent is lost (largest remainder).

    Ties go to the earlier share; weights that are all zero share evenly. The total may not be
    negative.
    """
    if total_minor < 0 or any(weight < 0 for weight in weights):
        raise InvalidAmount("Only sums and weights of zero or more can be shared.")
    if not weights:
        return []
    weighed = list(weights) if any(weights) else [1] * len(weights)
    whole = sum(weighed)
    shares = [total_minor * weight // whole for weight in weighed]
    remainders = [total_minor * weight % whole for weight in weighed]
    left = total_minor - sum(shares)
    for index in sorted(range(len(weighed)), key=lambda i: (-remainders[i], i))[:left]:
        shares[index] += 1
    return shares
