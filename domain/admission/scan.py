"""A scan: a ticket is shown at a door, and one pure decision says whether its holder may pass."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.shared.ids import (
    EventId,
    OrganizationId,
    ScannerId,
    TicketId,
    TicketTypeId,
    UserId,
)
from domain.shared.words import Word


class Direction(Word):
    """Which way somebody passes."""

    ENTRY = "entry"
    EXIT = "exit"


class Result(Word):
    """What the door does."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class Reason(Word):
    """Why somebody may not pass."""

    INVALID = "invalid"
    """Forged, cut off, unknown, or no ticket of this organisation."""
    REVOKED = "revoked"
    """A newer code was issued for this ticket."""
    CANCELLED = "cancelled"
    EVENT_CANCELLED = "event_cancelled"
    WRONG_EVENT = "wrong_event"
    TOO_EARLY = "too_early"
    EVENT_OVER = "event_over"
    ALREADY_USED = "already_used"
    """Its holder is inside."""
    NOT_INSIDE = "not_inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWindow:
    """When a door lets people in; it lets them out at any time."""

    opens_before_start: timedelta = timedelta(hours=12)
    closes_after_end: timedelta = timedelta(hours=6)


USUAL_WINDOW = EntryWindow()


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Whether a ticket's holder is inside; a ticket that never let anybody in has none."""

    first_entry_at: datetime
    last_direction: Direction
    last_at: datetime

    @property
    def is_inside(self) -> bool:
        return self.last_direction is Direction.ENTRY

    @property
    def last_entry_at(self) -> datetime | None:
        """None while its holder is outside."""
        return self.last_at if self.is_inside else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAtDoor:
    """What decides about a ticket, and what the person at the door is told of it."""

    organization_id: OrganizationId
    id: TicketId
    code: bytes
    generation: int
    is_cancelled: bool
    holder_name: str
    ticket_type_id: TicketTypeId
    ticket_type_name: str
    event_id: EventId
    event_short_id: int
    event_name: str
    event_starts_at: datetime
    event_ends_at: datetime
    is_event_cancelled: bool
    presence: Presence | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """No reason means that the holder passes; `presence` is what holds afterwards."""

    reason: Reason | None
    presence: Presence | None

    @property
    def result(self) -> Result:
        return Result.ACCEPTED if self.reason is None else Result.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What the log keeps of one scan, whether it was accepted or not."""

    organization_id: OrganizationId
    id: UUID
    event_id: EventId | None
    ticket_id: TicketId | None
    scanner_id: ScannerId | None
    user_id: UserId | None
    direction: Direction
    result: Result
    reason: Reason | None
    barcode: str
    """What was read, if it was no ticket of the organisation; else empty."""
    scanned_at: datetime


def decide_scan(
    ticket: TicketAtDoor | None,
    presence: Presence | None,
    *,
    generation: int,
    direction: Direction,
    event_ids: Collection[EventId] | None,
    at: datetime,
    window: EntryWindow,
) -> Verdict:
    """Whether the holder passes in this direction at this instant; `event_ids` are the door's.

    `presence` is the ticket's own, as the scans before this one in its batch have left it.
    """
    if ticket is None:
        return Verdict(Reason.INVALID, None)
    is_entry = direction is Direction.ENTRY
    reason = (
        _worthless(ticket, generation, is_entry=is_entry)
        or _wrong_door(ticket, event_ids)
        or (_wrong_hour(ticket, at, window) if is_entry else None)
        or _out_of_turn(presence, is_entry=is_entry)
    )
    if reason is not None:
        return Verdict(reason, presence)
    first_entry_at = at if presence is None else presence.first_entry_at
    passed = Presence(first_entry_at=first_entry_at, last_direction=direction, last_at=at)
    return Verdict(None, passed)


def _worthless(ticket: TicketAtDoor, generation: int, *, is_entry: bool) -> Reason | None:
    # An old code proves nothing, not even that its bearer is inside; what was cancelled lets out.
    if generation != ticket.generation:
        return Reason.REVOKED
    if is_entry and ticket.is_cancelled:
        return Reason.CANCELLED
    if is_entry and ticket.is_event_cancelled:
        return Reason.EVENT_CANCELLED
    return None


def _wrong_door(ticket: TicketAtDoor, event_ids: Collection[EventId] | None) -> Reason | None:
    # Before the hours: whoever stands at the wrong door must not be told to come back later.
    is_wrong = event_ids is not None and ticket.event_id not in event_ids
    return Reason.WRONG_EVENT if is_wrong else None


def _wrong_hour(ticket: TicketAtDoor, at: datetime, window: EntryWindow) -> Reason | None:
    if at < ticket.event_starts_at - window.opens_before_start:
        return Reason.TOO_EARLY
    if at >= ticket.event_ends_at + window.closes_after_end:
        return Reason.EVENT_OVER
    return None


def _out_of_turn(presence: Presence | None, *, is_entry: bool) -> Reason | None:
    is_inside = presence is not None and presence.is_inside
    if is_entry:
        return Reason.ALREADY_USED if is_inside else None
    return None if is_inside else Reason.NOT_INSIDE
