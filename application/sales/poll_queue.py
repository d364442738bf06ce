"""A visitor of a waiting room asks whether it is their turn."""

from dataclasses import dataclass
from datetime import datetime

from application.sales.waiting_room_access import (
    KnownRooms,
    Names,
    PassIssuer,
    WaitingLines,
    WaitingRoomAccess,
)
from application.shared.actor import Actor
from application.shared.clock import Clock
from application.shared.messages import View
from domain.sales.errors import UnknownVisitor
from domain.sales.waiting_room import RETRY_MAX_S, Terms, Turn, Visitor, retry_after_s
from domain.shared.ids import EventId
from domain.shared.words import Word


class QueueState(Word):
    """What a visitor is to do next."""

    OPEN = "open"
    """The event has no waiting room, or it is off: order."""
    WAITING = "waiting"
    """Ask again after `retryAfter` seconds."""
    ADMITTED = "admitted"
    """Order, and send the pass."""


class QueueView(View):
    state: QueueState
    visitor: str | None = None
    """Your name, to be sent as `X-Visitor` with every question and order."""
    opens_at: datetime | None = None
    position: int | None = None
    """Null until the draw, and for half a minute after the waiting room lost its memory."""
    ahead: int | None = None
    waiting: int | None = None
    """How many people are here."""
    estimated_seconds: int | None = None
    """Until your turn, if people go in as fast as in the last minute; null when nobody can say."""
    as_of: datetime | None = None
    """When all this was so."""
    admission_pass: str | None = None
    """To be sent as `X-Admission-Pass` with carts and orders; good for this visitor alone."""
    pass_expires_at: datetime | None = None
    retry_after: int = RETRY_MAX_S
    """Seconds; the header `Retry-After` says the same."""


OPEN = QueueView(state=QueueState.OPEN)


@dataclass(frozen=True, slots=True)
class PollQueue:
    """Where the visitor stands; a pass as soon as it is their turn. Asks no database.

    Raises EventNotFound, UnknownVisitor.
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
        if name is None:
            raise UnknownVisitor("Enter the queue first, and send the name you get as X-Visitor.")
        visitor = known_visitor(self.names, terms, name, at=self.clock())
        turn = await self.lines.visit(terms, visitor)
        return view_of(turn, terms, visitor, name, self.passes)


def known_visitor(names: Names, terms: Terms, name: str, *, at: datetime) -> Visitor:
    """Who bears this name. Raises UnknownVisitor."""
    visitor = names.read(terms.event_id, name)
    if visitor.is_forgotten(terms.opens_at, at=at):
        raise UnknownVisitor
    return visitor


def view_of(turn: Turn, terms: Terms, visitor: Visitor, name: str, passes: PassIssuer) -> QueueView:
    retry_after = retry_after_s(turn, visitor, terms.opens_at)
    until = turn.admitted_until
    if until is not None:
        until = until.replace(microsecond=0)  # A pass is good to the second.
        return QueueView(
            state=QueueState.ADMITTED,
            visitor=name,
            opens_at=terms.opens_at,
            as_of=turn.at,
            admission_pass=passes.issue(terms.event_id, name, until),
            pass_expires_at=until,
            retry_after=retry_after,
        )
    return QueueView(
        state=QueueState.WAITING,
        visitor=name,
        opens_at=terms.opens_at,
        position=None if turn.ahead is None else turn.ahead + 1,
        ahead=turn.ahead,
        waiting=turn.waiting,
        estimated_seconds=turn.estimated_s,
        as_of=turn.at,
        retry_after=retry_after,
    )
