"""A visitor enters the waiting room of an event and gets a name."""

from dataclasses import dataclass

from application.sales.poll_queue import OPEN, QueueView, known_visitor, view_of
from application.sales.waiting_room_access import (
    KnownRooms,
    Names,
    PassIssuer,
    WaitingLines,
    WaitingRoomAccess,
)
from application.shared.actor import Actor
from application.shared.clock import Clock
from domain.sales.errors import UnknownVisitor
from domain.shared.ids import EventId


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """Take a place. Whoever has a name already keeps it and the place; nothing is drawn again.

    Raises EventNotFound.
    """

    rooms: KnownRooms
    lines: WaitingLines
    names: Names
    passes: PassIssuer
    clock: Clock

    async def __call__(self, actor: Actor | None, event_id: EventId, name: str | None) -> QueueView:
        room = await WaitingRoomAccess(self.rooms).as_visitor(actor, event_id)
        terms = room.terms
        if terms is None:
            return OPEN
        if name is not None:
            try:
                visitor = known_visitor(self.names, terms, name, at=self.clock())
            except UnknownVisitor:
                name = None
            else:
                turn = await self.lines.visit(terms, visitor)
                return view_of(turn, terms, visitor, name, self.passes)
        visitor = self.names.new(event_id, None if actor is None else actor.user_id)
        turn = await self.lines.visit(terms, visitor)
        name = self.names.name(event_id, visitor, turn.entered_at)
        return view_of(turn, terms, visitor, name, self.passes)
