"""An organisation that sells tickets: the tenant."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self

from domain.identity.errors import InvalidServiceFee
from domain.shared.aggregate import Aggregate
from domain.shared.ids import OrganizationId
from domain.shared.money import Money
from domain.shared.text import clean
from domain.shared.words import Word

CENT_OF_A_PERCENT = Decimal("0.01")
FIXED_MAX = Decimal(10**9)


class OrganizationType(Word):
    """What it does for a living."""

    PROMOTER = "promoter"
    VENUE = "venue"
    RESELLER = "reseller"


class OrganizationStatus(Word):
    """Whether it may act."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationSettings:
    """What is sold in, to whom, and what is added for service: percent of the price, and a sum per
    ticket.

    `service_fee_percent` is 0 to 100 with two places; `service_fee_fixed` is a decimal amount of
    `default_currency`, zero or more, with the currency's places.
    """

    default_currency: str = "USD"
    service_fee_percent: Decimal = Decimal("0.00")
    service_fee_fixed: Decimal = Decimal(0)
    guest_checkout: bool = True
    """Whether people without an account may buy."""

    def __post_init__(self) -> None:
        percent, fixed = self.service_fee_percent, self.service_fee_fixed
        # Comparing is exact for any exponent; arithmetic would overflow, so the bounds come first.
        if not (percent.is_finite() and 0 <= percent <= 100):
            raise InvalidServiceFee("A service fee is 0 to 100 percent.")
        if not (fixed.is_finite() and 0 <= fixed <= FIXED_MAX):
            raise InvalidServiceFee("A fixed service fee is zero or more.", maximum=FIXED_MAX)
        rounded = percent.quantize(CENT_OF_A_PERCENT)
        if rounded != percent:
            raise InvalidServiceFee("A percentage has at most two decimal places.")
        object.__setattr__(self, "service_fee_percent", abs(rounded))
        amount = Money.of(fixed, self.default_currency).amount()
        object.__setattr__(self, "service_fee_fixed", amount)


@dataclass(slots=True, kw_only=True)
class Organization(Aggregate):
    """Has a clean name, a slug that stays when the name changes, and valid settings."""

    id: OrganizationId
    name: str
    slug: str
    type: OrganizationType
    status: OrganizationStatus = OrganizationStatus.ACTIVE
    settings: OrganizationSettings
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        self.name = clean(self.name, field="name", longest=200)

    @classmethod
    def found(
        cls,
        id: OrganizationId,
        *,
        name: str,
        slug: str,
        type: OrganizationType,
        settings: OrganizationSettings,
        at: datetime,
    ) -> Self:
        """A new organisation; it may sell at once."""
        return cls(
            id=id,
            name=name,
            slug=slug,
            type=type,
            settings=settings,
            created_at=at,
            updated_at=at,
        )
