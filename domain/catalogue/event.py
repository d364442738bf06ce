"""An event: something that people come to, on a screen or in a place."""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from domain.catalogue.documents import bounded, clean_tags
from domain.catalogue.errors import (
    CurrencyFixed,
    EventIsOver,
    EventStatusConflict,
    InvalidEventCapacity,
    InvalidSchedule,
    NoTicketTypes,
    NoWayToPay,
)
from domain.catalogue.events import EventCancelled, EventPublished, EventUnpublished
from domain.catalogue.phase import Intent, sales_window
from domain.shared.address import Address
from domain.shared.aggregate import Aggregate
from domain.shared.ids import EventId, OrganizationId, VenueId
from domain.shared.money import Money, exponent
from domain.shared.names import clean_name
from domain.shared.period import Period
from domain.shared.text import clean, slug_of
from domain.shared.timezone import known_timezone
from domain.shared.words import Word

CAPACITY_MAX = 1_000_000
YEARS = range(2000, 2200)
"""Instants outside are mistakes, and the calendars of some systems end at the year 9999."""


class Visibility(Word):
    """Who finds a published event."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    """Whoever has its address; no list shows it."""
    PRIVATE = "private"
    """Its organisation alone."""


class LocationType(Word):
    """Where people meet."""

    PHYSICAL = "physical"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"


@dataclass(slots=True, kw_only=True)
class Event(Aggregate):
    """Ends after it starts, in one currency, with room for a known number of people.

    Draft and published are exchanged freely; cancelled is for ever and is not edited.
    """

    organization_id: OrganizationId
    id: EventId
    short_id: int
    venue_id: VenueId | None = None
    name: str
    slug: str
    description: str | None = None
    category: str
    tags: tuple[str, ...] = ()
    starts_at: datetime
    ends_at: datetime
    timezone: str
    sales: Period = field(default_factory=Period)
    capacity: int
    currency: str
    location_type: LocationType = LocationType.PHYSICAL
    visibility: Visibility = Visibility.PUBLIC
    address: Address | None = None
    images: tuple[Any, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    intent: Intent = Intent.DRAFT
    published_at: datetime | None = None
    """The latest publication; an event that was never published stays unknown to the public."""
    cancelled_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        self.name = clean_name(self.name, field="name", longest=200)
        self.category = clean(self.category, field="category", longest=100)
        if self.description is not None:
            self.description = clean(
                self.description, field="description", longest=20_000, shortest=0, lines=True
            )
        self.tags = clean_tags(self.tags)
        known_timezone(self.timezone)
        exponent(self.currency)
        if not 0 < self.capacity <= CAPACITY_MAX:
            raise InvalidEventCapacity(capacity=self.capacity, maximum=CAPACITY_MAX)
        bounded(self.images, field="images")
        bounded(self.metadata, field="metadata")
        self._refuse_impossible_times()

    def _refuse_impossible_times(self) -> None:
        for at in (self.starts_at, self.ends_at, self.sales.starts, self.sales.ends):
            if at is not None:
                refuse_odd_instant(at)
        if self.ends_at <= self.starts_at:
            raise InvalidSchedule("An event ends after it starts.")
        if self.sales.ends is not None and self.sales.ends > self.ends_at:
            raise InvalidSchedule("Sales end with the event at the latest.")
        sales_window(self.sales, self.starts_at)

    @property
    def sales_window(self) -> Period:
        return sales_window(self.sales, self.starts_at)

    def edited(self, changes: Mapping[str, Any], *, has_ticket_types: bool, at: datetime) -> Self:
        """The event with other details. Raises EventStatusConflict, CurrencyFixed, Invalid."""
        self.refuse_cancelled()
        if has_ticket_types and changes.get("currency", self.currency) != self.currency:
            raise CurrencyFixed(currency=self.currency)
        return dataclasses.replace(self, **changes, updated_at=at)

    def publish(self, prices: Collection[Money], *, can_take_money: bool, at: datetime) -> None:
        """Show it to everybody; `prices` are those of its ticket types."""
        self._refuse_unless(Intent.DRAFT)
        if not prices:
            raise NoTicketTypes
        if self.ends_at <= at:
            raise EventIsOver(ends_at=self.ends_at)
        if any(price.minor for price in prices) and not can_take_money:
            raise NoWayToPay
        self.intent, self.published_at, self.updated_at = Intent.PUBLISHED, at, at
        self.record(EventPublished(**self._facts(at)))

    def unpublish(self, *, at: datetime) -> None:
        """Back to a draft; what was sold stays sold."""
        self._refuse_unless(Intent.PUBLISHED)
        self.intent, self.updated_at = Intent.DRAFT, at
        self.record(EventUnpublished(**self._facts(at)))

    def cancel(self, reason: str, *, at: datetime) -> None:
        """It will not take place, for ever."""
        self._refuse_unless(Intent.DRAFT, Intent.PUBLISHED)
        told = clean(reason, field="reason", longest=500, shortest=0, lines=True)
        self.intent, self.cancelled_at, self.updated_at = Intent.CANCELLED, at, at
        self.record(EventCancelled(**self._facts(at), reason=told))

    def offer(self, price: Money, *, can_take_money: bool) -> None:
        """Whether tickets may be had at this price. Raises EventStatusConflict, NoWayToPay."""
        self.refuse_cancelled()
        if self.intent is Intent.PUBLISHED and price.minor and not can_take_money:
            raise NoWayToPay

    def refuse_cancelled(self) -> None:
        self._refuse_unless(Intent.DRAFT, Intent.PUBLISHED)

    def refuse_unless_draft(self) -> None:
        self._refuse_unless(Intent.DRAFT)

    def _refuse_unless(self, *allowed: Intent) -> None:
        if self.intent not in allowed:
            raise EventStatusConflict(
                f"The event is {self.intent.value}.", current=self.intent.value
            )

    def _facts(self, at: datetime) -> dict[str, Any]:
        return {"organization_id": self.organization_id, "aggregate_id": self.id, "at": at}


def refuse_odd_instant(at: datetime) -> None:
    """Raises InvalidSchedule for times without an offset and for years that nobody plans for."""
    if at.utcoffset() is None:
        raise InvalidSchedule("Times need an offset from UTC.")
    if at.year not in YEARS:
        raise InvalidSchedule(f"Years are between {YEARS.start} and {YEARS.stop - 1}.")


def wanted_slug(name: str) -> str:
    """The address an event would like to have."""
    return slug_of(name) or "event"


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """The wanted address, or the first of `wanted-2`, `wanted-3`, ... that nobody has."""
    if wanted not in taken:
        return wanted
    suffix = next(n for n in range(2, len(taken) + 3) if f"{wanted}-{n}" not in taken)
    return f"{wanted}-{suffix}"
