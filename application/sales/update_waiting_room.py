"""An organisation switches an event's waiting room on or off, or changes its pace."""

from dataclasses import dataclass

from msgspec import Struct

from application.sales.waiting_room_access import (
    BeginWaitingRooms,
    KnownRooms,
    QuotedOffers,
    WaitingRoomAccess,
)
from application.shared.actor import Actor
from application.shared.messages import Command, Instant
from domain.sales.waiting_room import WaitingRoom
from domain.shared.ids import EventId
from domain.shared.permissions import Permission


class UpdateWaitingRoomCommand(Command):
    """The whole decision: what is not said is as it is by default."""

    is_on: bool
    opens_at: Instant | None = None
    """By default the start of the event's sale; without one, the room is open from the start."""
    per_minute: int | None = None
    """How many people are let in each minute."""
    pass_minutes: int | None = None
    """How long each of them may order."""


class Pace(Struct, frozen=True):
    """How fast a room goes whose organiser did not say."""

    per_minute: int
    pass_minutes: int


@dataclass(frozen=True, slots=True)
class UpdateWaitingRoom:
    """Decide about the room. Switching it refuses quotes made before, so nobody slips past it.

    Raises EventNotFound, Forbidden, InvalidAdmissionRate, InvalidPassTime, InvalidOpening,
    StaleVersion.
    """

    begin: BeginWaitingRooms
    rooms: KnownRooms
    quotes: QuotedOffers
    pace: Pace

    async def __call__(
        self, actor: Actor, event_id: EventId, command: UpdateWaitingRoomCommand
    ) -> None:
        access = WaitingRoomAccess(self.rooms)
        known = await access.as_member(actor, Permission.EVENTS_EDIT, event_id)
        async with self.begin(actor.within(known.organization_id)) as tx:
            room = await tx.waiting_rooms.get(event_id)
            if room is None:
                room = WaitingRoom(
                    organization_id=known.organization_id,
                    event_id=event_id,
                    is_on=False,
                    opens_at=None,
                    per_minute=self.pace.per_minute,
                    pass_minutes=self.pace.pass_minutes,
                    created_at=tx.now,
                    updated_at=tx.now,
                )
            is_another_offer = room.change(
                is_on=command.is_on,
                opens_at=command.opens_at,
                per_minute=_or(command.per_minute, self.pace.per_minute),
                pass_minutes=_or(command.pass_minutes, self.pace.pass_minutes),
                at=tx.now,
            )
            await tx.waiting_rooms.save(room)
            if is_another_offer:
                await tx.stock.touch_offer(event_id)
        self.rooms.forget([event_id])
        self.quotes.forget([event_id])


def _or(said: int | None, default: int) -> int:
    return default if said is None else said
