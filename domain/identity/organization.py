"""An organisation that sells tickets: the tenant."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Self
from urllib.parse import urlsplit

from domain.identity.errors import (
    InvalidColor,
    InvalidServiceFee,
    InvalidWebAddress,
    OrganizationNotFound,
    OrganizationStatusConflict,
)
from domain.shared.address import Address
from domain.shared.aggregate import Aggregate
from domain.shared.ids import OrganizationId
from domain.shared.money import Money
from domain.shared.names import clean_name
from domain.shared.permissions import OrganizationSuspended
from domain.shared.text import clean
from domain.shared.words import Word

CENT_OF_A_PERCENT = Decimal("0.01")
FIXED_MAX = Decimal(10**9)
URL_LONGEST = 2_000
_COLOR = re.compile("#[0-9a-f]{6}")


class OrganizationType(Word):
    """What it does for a living."""

    PROMOTER = "promoter"
    VENUE = "venue"
    RESELLER = "reseller"


class OrganizationStatus(Word):
    """Whether it may act; the operators of the platform decide, but for the end.

    An active one may do everything. A pending one sets itself up, and plans and sells nothing yet.
    A suspended one sells, publishes and changes nothing; its members look on, give money back and
    let in whoever has a ticket. A closed one is over for ever, and nobody works there.
    """

    ACTIVE = "active"
    SUSPENDED = "suspended"
    PENDING = "pending"
    CLOSED = "closed"


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
    primary_color: str | None = None
    """As #rrggbb, in small letters; so is the next one."""
    secondary_color: str | None = None
    ticket_transfers_enabled: bool = True
    email_notifications: bool = True
    """Whether its members get mails about sales and events."""
    refund_policy: str | None = None
    privacy_policy_url: str | None = None
    terms_of_service_url: str | None = None

    def __post_init__(self) -> None:
        self._check_fees()
        for name in ("primary_color", "secondary_color"):
            object.__setattr__(self, name, _color(getattr(self, name)))
        if self.refund_policy is not None:
            policy = clean(
                self.refund_policy, field="settings.refundPolicy", longest=10_000, lines=True
            )
            object.__setattr__(self, "refund_policy", policy)
        for name, wire in (
            ("privacy_policy_url", "settings.privacyPolicyUrl"),
            ("terms_of_service_url", "settings.termsOfServiceUrl"),
        ):
            object.__setattr__(self, name, web_address(getattr(self, name), field=wire))

    def _check_fees(self) -> None:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where people reach it, and its picture; `email` is in its normal form."""

    email: str | None = None
    phone: str | None = None
    website: str | None = None
    address: Address | None = None
    logo_url: str | None = None

    def __post_init__(self) -> None:
        if self.phone is not None:
            phone = clean(self.phone, field="phone", longest=40, shortest=3)
            object.__setattr__(self, "phone", phone)
        object.__setattr__(self, "website", web_address(self.website, field="website"))
        object.__setattr__(self, "logo_url", web_address(self.logo_url, field="logoUrl"))


def web_address(url: str | None, *, field: str) -> str | None:
    """The address without outer space. Raises InvalidWebAddress."""
    if url is None:
        return None
    trimmed = url.strip()
    if len(trimmed) > URL_LONGEST or not trimmed.isprintable() or " " in trimmed:
        raise InvalidWebAddress(field=field)
    try:
        parts = urlsplit(trimmed)
        is_whole = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
        _ = parts.port
    except ValueError as error:
        raise InvalidWebAddress(field=field) from error
    if not is_whole:
        raise InvalidWebAddress(field=field)
    return trimmed


def _color(text: str | None) -> str | None:
    if text is None:
        return None
    lower = text.strip().lower()
    if _COLOR.fullmatch(lower) is None:
        raise InvalidColor(value=text[:40])
    return lower


@dataclass(slots=True, kw_only=True)
class Organization(Aggregate):
    """Has a clean name, a slug that stays when the name changes, and valid settings."""

    id: OrganizationId
    name: str
    slug: str
    type: OrganizationType
    status: OrganizationStatus = OrganizationStatus.ACTIVE
    status_reason: str | None = None
    """Why it does not have the status it began with."""
    settings: OrganizationSettings
    contact: Contact = field(default_factory=Contact)
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        self.name = clean_name(self.name, field="name", longest=200)

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
        contact: Contact | None = None,
    ) -> Self:
        """A new organisation; it may sell at once."""
        return cls(
            id=id,
            name=name,
            slug=slug,
            type=type,
            settings=settings,
            contact=contact or Contact(),
            created_at=at,
            updated_at=at,
        )

    def require_open(self) -> None:
        """Somebody wants to write there. Raises OrganizationSuspended, OrganizationNotFound."""
        if self.status is OrganizationStatus.CLOSED:
            raise OrganizationNotFound
        if self.status is OrganizationStatus.SUSPENDED:
            raise OrganizationSuspended

    def become(self, status: OrganizationStatus, *, reason: str | None, at: datetime) -> None:
        """Take another status; the same one again changes nothing but the reason.

        Raises OrganizationStatusConflict: what is closed stays closed, and closing is its owners'.
        """
        if OrganizationStatus.CLOSED in (self.status, status):
            raise OrganizationStatusConflict(current=self.status.value)
        self._take(status, reason, at)

    def close(self, *, at: datetime) -> None:
        """End it for ever; its short name stays taken. Raises OrganizationNotFound."""
        if self.status is OrganizationStatus.CLOSED:
            raise OrganizationNotFound
        self._take(OrganizationStatus.CLOSED, None, at)

    def _take(self, status: OrganizationStatus, reason: str | None, at: datetime) -> None:
        if reason is not None:
            reason = clean(reason, field="reason", longest=500, lines=True)
        self.status, self.status_reason, self.updated_at = status, reason, at
