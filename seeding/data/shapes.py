"""How the demo world is written down. Days are counted from the present; past ones are negative."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Literal

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    first_name: str
    last_name: str
    role: str
    """What the report says of them."""
    is_platform_admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Organizer:
    name: str
    type: Literal["promoter", "venue"]
    owner: str
    """E-mail addresses, like every mention of a person."""
    fee_percent: str = "0"
    fee_fixed: str = "0"
    door_staff: tuple[str, ...] = ()
    scanners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A venue; its name is its key."""

    organizer: str
    name: str
    street: str
    city: str
    state: str
    postal_code: str
    timezone: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Day:
    """The first such weekday that is at least so many days away; without a weekday, that day."""

    days: int
    weekday: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A ticket type; the price is in dollars."""

    name: str
    price: str
    quantity: int
    description: str | None = None
    max_per_order: int = 10
    sold_until: int | None = None
    """The day on which its sale ends, if before the event's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """An event; its name is its key. The venue knows its time zone, `starts` is local."""

    venue: str
    name: str
    category: str
    tags: tuple[str, ...]
    description: str
    day: Day
    starts: time
    lasts: timedelta
    capacity: int
    tiers: tuple[Tier, ...]
    ages: str = "All ages"
    announced: int = -45
    """The day on which it was written and, unless it stays a draft, published."""
    sales_start: int | None = None
    fate: Literal["published", "draft", "cancelled"] = "published"
    cancelled: int = -1
    """The day on which it was called off, if that is its fate."""
    cancel_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    organizer: str
    code: str
    description: str
    percent: str | None = None
    amount: str | None = None
    """Dollars off; a code has either this or a percentage."""
    max_uses: int | None = None
    min_order: str | None = None
    lasts_hours: int | None = None
    """From the present; without it, for good."""
    is_disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    buyer: str
    show: str
    tickets: Mapping[str, int]
    """How many of each tier."""
    day: int
    code: str | None = None
    fate: Literal["paid", "pending", "cancelled", "refunded"] = "paid"
    """Cancelled: given up unpaid by its buyer. Refunded: paid, then cancelled by the organiser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A ticket at the door, so long after the event began; `ticket` counts a purchase's from 0."""

    show: str
    buyer: str
    ticket: int
    after: timedelta
    direction: Literal["entry", "exit"] = "entry"
