"""An organisation looks at an event's waiting room: how it is set up, and who is there."""

from dataclasses import dataclass
from datetime import datetime

from application.sales.update_waiting_room import Pace
from application.sales.waiting_room_access import KnownRooms, WaitingLines, WaitingRoomAccess
from application.shared.actor import Actor
from application.shared.messages import View
from domain.sales.waiting_room import Attendance
from domain.shared.ids import EventId
from domain.shared.permissions import Permission


class WaitingRoomView(View):
    event_id: EventId
    is_on: bool
    opens_at: datetime | None
    """Null for a room that was never set up, of an event without a start of its sale."""
    per_minute: int
    pass_minutes: int
    waiting: int
    """Who stands in line and asked in the last 90 seconds."""
    admitted: int
    """Who was let in since the room was first visited."""
    admitted_per_minute: float | None
    """Measured while people wait; null when nobody does."""
    is_partial: bool
    """The shared memory is down: `waiting` and the like are those of one process."""


@dataclass(frozen=True, slots=True)
class ShowWaitingRoom:
    """The room and its numbers, for members. Raises EventNotFound, Forbidden."""

    rooms: KnownRooms
    lines: WaitingLines
    pace: Pace

    async def __call__(self, actor: Actor, event_id: EventId) -> WaitingRoomView:
        self.rooms.forget([event_id])  # Organisers see at once what they decided elsewhere.
        access = WaitingRoomAccess(self.rooms)
        room = await access.as_member(actor, Permission.EVENTS_VIEW, event_id)
        terms = room.terms
        there = Attendance(waiting=0, admitted=0, per_minute=None)
        if terms is not None:
            there = await self.lines.attendance(terms)
        rate = there.per_minute
        return WaitingRoomView(
            event_id=event_id,
            is_on=room.is_on,
            opens_at=room.opens_at,
            per_minute=room.per_minute or self.pace.per_minute,
            pass_minutes=room.pass_minutes or self.pace.pass_minutes,
            waiting=there.waiting,
            admitted=there.admitted,
            admitted_per_minute=None if rate is None else round(rate, 1),
            is_partial=there.is_partial,
        )
