"""What the waiting room asks of the world, and how its stories begin: which room is it, whose?"""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from application.shared.actor import Actor, authorize
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.sales.errors import EventNotFound
from domain.sales.waiting_room import Attendance, Terms, Turn, Visitor, WaitingRoom
from domain.shared.errors import NotFound
from domain.shared.ids import EventId, OrganizationId, UserId
from domain.shared.permissions import Permission


class WaitingRooms(Protocol):
    """What organisers decided about their events' waiting rooms."""

    # Locks it until the transaction ends; None if the event never had one.
    async def get(self, event_id: EventId) -> WaitingRoom | None: ...

    # Raises StaleVersion, also if another transaction made it at the same time.
    async def save(self, room: WaitingRoom) -> None: ...


class OfferEditions(Protocol):
    # Raises the event's revision under its lock: quotes made before are refused from now on.
    async def touch_offer(self, event_id: EventId) -> None: ...


class WaitingRoomTransaction(Transaction, Protocol):
    @property
    def waiting_rooms(self) -> WaitingRooms: ...
    @property
    def stock(self) -> OfferEditions: ...


BeginWaitingRooms = Callable[[Scope], AbstractAsyncContextManager[WaitingRoomTransaction]]


class KnownRoom(Struct, frozen=True, kw_only=True):
    """An event's waiting room as it stands; every event has one, and most are off."""

    organization_id: OrganizationId
    event_id: EventId
    is_public: bool
    """Whoever knows the event may see it; otherwise its organisation alone."""
    is_on: bool
    opens_at: datetime | None
    """None only for a room that was never set up, of an event without a start of its sale."""
    per_minute: int | None
    pass_minutes: int | None
    """None for a room that was never set up."""

    @property
    def terms(self) -> Terms | None:
        """On what terms it lets people in; None while it is off."""
        if not self.is_on:
            return None
        opens_at, per_minute = self.opens_at, self.per_minute
        if opens_at is None or per_minute is None or self.pass_minutes is None:
            raise ValueError("A room that is on was set up.")
        return Terms(
            event_id=self.event_id,
            opens_at=opens_at,
            per_minute=per_minute,
            pass_minutes=self.pass_minutes,
        )


class KnownRooms(Protocol):
    """The rooms, at most 1 s old; older ones while the database is down."""

    async def room_of(self, event_id: EventId) -> KnownRoom: ...  # Raises EventNotFound.

    # The next question about these events reads anew.
    def forget(self, event_ids: Collection[EventId]) -> None: ...


class QuotedOffers(Protocol):
    # The next quote for these events reads the offer anew: with the room, or without it.
    def forget(self, event_ids: Collection[EventId]) -> None: ...


class WaitingLines(Protocol):
    """Who stands where. Survives its own loss: names know the places (domain: waiting_line)."""

    # Takes or keeps a place; whoever's turn it is goes in. Raises Unavailable.
    async def visit(self, terms: Terms, visitor: Visitor) -> Turn: ...
    async def attendance(self, terms: Terms) -> Attendance: ...  # Raises Unavailable.


class Names(Protocol):
    """What visitors are called: signed, and good for one event."""

    # Somebody who arrives just now; an account is the same visitor whenever it comes.
    def new(self, event_id: EventId, user_id: UserId | None) -> Visitor: ...
    def name(self, event_id: EventId, visitor: Visitor, entered_at: datetime) -> str: ...
    def read(self, event_id: EventId, name: str) -> Visitor: ...  # Raises UnknownVisitor.


class PassIssuer(Protocol):
    def issue(self, event_id: EventId, visitor: str, expires_at: datetime) -> str: ...


@dataclass(frozen=True, slots=True)
class WaitingRoomAccess:
    """The event's room, for those who may see the event, or for members who may do this to it."""

    rooms: KnownRooms

    async def as_visitor(self, actor: Actor | None, event_id: EventId) -> KnownRoom:
        """Raises EventNotFound."""
        room = await self.rooms.room_of(event_id)
        is_member = actor is not None and actor.can(
            Permission.EVENTS_VIEW, room.organization_id, event_id=event_id
        )
        if not room.is_public and not is_member:
            raise EventNotFound
        return room

    async def as_member(self, actor: Actor, permission: Permission, event_id: EventId) -> KnownRoom:
        """Raises Forbidden to members and EventNotFound to strangers."""
        room = await self.rooms.room_of(event_id)
        try:
            authorize(actor, permission, room.organization_id, event_id=event_id)
        except NotFound as error:
            raise EventNotFound from error
        return room
