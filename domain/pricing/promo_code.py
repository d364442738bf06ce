"""A promo code: a word that makes an order cheaper."""

import dataclasses
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from domain.pricing.amounts import in_currency, known_amount, plain
from domain.pricing.discount import Discount
from domain.pricing.errors import (
    InvalidApplicableEvents,
    InvalidMaxUses,
    InvalidMinOrderValue,
    InvalidPromoCode,
    InvalidValidity,
    PromoCodeDisabled,
    PromoCodeExpired,
    PromoCodeMinimumNotMet,
    PromoCodeNotApplicable,
    PromoCodeNotYetValid,
)
from domain.shared.aggregate import Aggregate
from domain.shared.ids import EventId, OrganizationId, PromoCodeId
from domain.shared.money import Money
from domain.shared.period import Period
from domain.shared.text import clean
from domain.shared.words import Word

CODE_SHORTEST = 3
CODE_LONGEST = 40
EVENTS_MAX = 100
USES_MAX = 1_000_000
YEARS = range(2000, 2200)
"""Instants outside are mistakes, and the calendars of some systems end at the year 9999."""


class PromoCodeStatus(Word):
    """What the organiser wants; this alone is stored."""

    ACTIVE = "active"
    DISABLED = "disabled"


class ShownStatus(Word):
    """What is shown: disabled is a decision, expired and exhausted come by themselves."""

    ACTIVE = "active"
    DISABLED = "disabled"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"


def normal_code(code: str) -> str:
    """As it is stored and compared: `spring10` is `SPRING10`. Raises InvalidPromoCode."""
    trimmed = unicodedata.normalize("NFC", code).strip()
    normal = unicodedata.normalize("NFC", trimmed.upper())
    if not CODE_SHORTEST <= len(normal) <= CODE_LONGEST:
        raise InvalidPromoCode(shortest=CODE_SHORTEST, longest=CODE_LONGEST)
    if not normal.isprintable() or " " in normal:
        raise InvalidPromoCode
    return normal


def known_max_uses(max_uses: int | None) -> int | None:
    """The number itself; None is without limit. Raises InvalidMaxUses."""
    if max_uses is not None and not 0 < max_uses <= USES_MAX:
        raise InvalidMaxUses(max_uses=max_uses, maximum=USES_MAX)
    return max_uses


@dataclass(slots=True, kw_only=True)
class PromoCode(Aggregate):
    """Unique in its organisation. How often it may be used is the stock's business.

    `min_order_value` is a decimal amount in the event's currency; `applicable_events` are sorted,
    and None is every event of the organisation.
    """

    organization_id: OrganizationId
    id: PromoCodeId
    code: str
    description: str | None = None
    discount: Discount
    validity: Period = field(default_factory=Period)
    min_order_value: Decimal | None = None
    applicable_events: tuple[EventId, ...] | None = None
    status: PromoCodeStatus = PromoCodeStatus.ACTIVE
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        self.code = normal_code(self.code)
        if self.description is not None:
            self.description = clean(
                self.description, field="description", longest=2_000, shortest=0, lines=True
            )
        for at in (self.validity.starts, self.validity.ends):
            if at is not None and at.year not in YEARS:
                raise InvalidValidity
        if self.min_order_value is not None:
            self.min_order_value = known_amount(self.min_order_value, InvalidMinOrderValue)
        if self.applicable_events is not None:
            self.applicable_events = tuple(sorted(set(self.applicable_events)))
            if not 0 < len(self.applicable_events) <= EVENTS_MAX:
                raise InvalidApplicableEvents(maximum=EVENTS_MAX)

    def edited(self, changes: Mapping[str, Any], *, at: datetime) -> Self:
        """The code with other terms; what it takes off is fixed. Raises Invalid."""
        return dataclasses.replace(self, **changes, updated_at=at)

    def discount_for(self, event_id: EventId, subtotal: Money, *, at: datetime) -> Discount:
        """What comes off such an order.

        Raises PromoCodeDisabled, PromoCodeNotYetValid, PromoCodeExpired, PromoCodeNotApplicable,
        PromoCodeMinimumNotMet.
        """
        if self.status is PromoCodeStatus.DISABLED:
            raise PromoCodeDisabled
        if not self.validity.has_begun(at):
            raise PromoCodeNotYetValid(valid_from=self.validity.starts)
        if self.validity.is_over(at):
            raise PromoCodeExpired(valid_until=self.validity.ends)
        if self.applicable_events is not None and event_id not in self.applicable_events:
            raise PromoCodeNotApplicable(event_id=event_id)
        if self.min_order_value is not None:
            minimum = in_currency(self.min_order_value, subtotal.currency)
            if subtotal < minimum:
                raise PromoCodeMinimumNotMet(
                    f"The promo code needs an order of {plain(self.min_order_value)} or more.",
                    minimum=str(minimum),
                    subtotal=str(subtotal),
                    currency=subtotal.currency,
                )
        return self.discount


def shown_status(
    status: PromoCodeStatus, validity: Period, *, uses_left: int | None, now: datetime
) -> ShownStatus:
    """The status at `now`; `uses_left` of None is without limit."""
    if status is PromoCodeStatus.DISABLED:
        return ShownStatus.DISABLED
    if validity.is_over(now):
        return ShownStatus.EXPIRED
    if uses_left is not None and uses_left <= 0:
        return ShownStatus.EXHAUSTED
    return ShownStatus.ACTIVE
