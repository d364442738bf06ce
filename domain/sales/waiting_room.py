"""The waiting room of an event: who may go in next when more people come than can be served.

Whoever comes before the opening takes part in a draw. Whoever comes later stands behind all of
them, in the order of arrival. People are let in from the head of the line, so many a minute.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.sales.errors import InvalidAdmissionRate, InvalidOpening, InvalidPassTime
from domain.shared.aggregate import Aggregate
from domain.shared.ids import EventId, OrganizationId

PER_MINUTE_MAX = 100_000
PASS_MINUTES_MAX = 1_440
YEARS = range(2000, 2200)
"""Openings outside are mistakes."""

DRAW_BITS = 52
LOTS = 1 << DRAW_BITS
"""A place is a whole number that a 64-bit float holds exactly, because Redis sorts by floats."""

NAME_LIFETIME = timedelta(hours=24)
"""How long a visitor's name is good, from the opening or from the arrival after it."""

RETRY_MIN_S = 2
RETRY_MAX_S = 30
SPREAD_S = 15
"""Those who wait for the opening come back within so many seconds after it, not all at once."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class WaitingRoom(Aggregate):
    """What the organiser decided about an event's waiting room."""

    organization_id: OrganizationId
    event_id: EventId
    is_on: bool
    opens_at: datetime | None
    """None is the start of the event's sale; without one, the room is open since it was made."""
    per_minute: int
    """How many are let in."""
    pass_minutes: int
    """How long whoever was let in may order."""
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        self._check()

    def change(
        self,
        *,
        is_on: bool,
        opens_at: datetime | None,
        per_minute: int,
        pass_minutes: int,
        at: datetime,
    ) -> bool:
        """Decide anew. Answers whether the offer is another one now, with or without the room.

        Raises InvalidAdmissionRate, InvalidPassTime, InvalidOpening.
        """
        was_on, self.is_on = self.is_on, is_on
        self.opens_at = opens_at
        self.per_minute = per_minute
        self.pass_minutes = pass_minutes
        self.updated_at = at
        self._check()
        return was_on is not is_on

    def _check(self) -> None:
        if not 1 <= self.per_minute <= PER_MINUTE_MAX:
            raise InvalidAdmissionRate(minimum=1, maximum=PER_MINUTE_MAX)
        if not 1 <= self.pass_minutes <= PASS_MINUTES_MAX:
            raise InvalidPassTime(minimum=1, maximum=PASS_MINUTES_MAX)
        if self.opens_at is not None and self.opens_at.year not in YEARS:
            raise InvalidOpening


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms an event's waiting room lets people in."""

    event_id: EventId
    opens_at: datetime
    per_minute: int
    pass_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody at the door of a waiting room, by the name that was given and signed on arrival."""

    id: bytes
    """16 bytes: random, or the same for every arrival of one account."""
    draw: int
    """The lot, of DRAW_BITS bits: it follows from the id, and only the server can tell it."""
    entered_at: datetime | None = None
    """None: arrives just now."""

    def is_forgotten(self, opens_at: datetime, *, at: datetime) -> bool:
        """The name is too old: otherwise places could be kept in store for later rushes."""
        since = opens_at if self.entered_at is None else max(self.entered_at, opens_at)
        return at >= since + NAME_LIFETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the line tells one visitor."""

    at: datetime
    entered_at: datetime
    admitted_until: datetime | None = None
    """The visitor is in, and may order until then."""
    ahead: int | None = None
    """How many stand before the visitor; None before the draw, and while places are restored."""
    waiting: int
    """How many are here, the visitor among them."""
    per_minute: float | None
    """How many went in per minute lately; what the organiser set while that is not yet known;
    None if nobody did.
    """

    @property
    def estimated_s(self) -> int | None:
        """When the visitor's turn comes if it goes on like this; None if that cannot be told."""
        if self.admitted_until is not None or self.ahead is None or not self.per_minute:
            return None
        return round_up((self.ahead + 1) * 60 / self.per_minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """How a waiting room is visited."""

    waiting: int
    admitted: int
    """Since the room's memory began."""
    per_minute: float | None
    """How many went in per minute lately, while others waited; None if nobody waits."""
    is_partial: bool = False
    """The shared memory is down: these are the visitors of one process."""


def place_of(visitor: Visitor, opens_at: datetime, entered_at: datetime) -> int:
    """Where the visitor stands: lower numbers first, those who take part in the draw below zero."""
    if entered_at < opens_at:
        return visitor.draw - LOTS
    return micros(entered_at)


def retry_after_s(turn: Turn, visitor: Visitor, opens_at: datetime) -> int:
    """When to ask again: soon when the turn is near, seldom when it is far, never all at once."""
    if turn.admitted_until is not None:
        return RETRY_MAX_S
    to_opening = (opens_at - turn.at).total_seconds()
    if to_opening > RETRY_MAX_S:
        return RETRY_MAX_S
    if to_opening > 0:
        return max(RETRY_MIN_S, round_up(to_opening + visitor.id[0] * SPREAD_S / 256))
    if turn.estimated_s is None:
        return RETRY_MIN_S + visitor.id[0] % SPREAD_S
    return min(max(RETRY_MIN_S, turn.estimated_s // 4), RETRY_MAX_S)


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant_of(at_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at_us)


def round_up(seconds: float) -> int:
    return -int(-seconds // 1)
