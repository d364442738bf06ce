"""A published event with a waiting room, on memory adapters: visitors, and members of all kinds."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.waiting_room import MemoryWaitingLines
from adapters.memory.sales.waiting_rooms import MemoryKnownRooms, MemoryWaitingRoomTransaction
from adapters.memory.stock_rows import MemoryCounter
from adapters.tokens.admission_passes import AdmissionPassSigner
from adapters.tokens.keyring import Keyring
from adapters.tokens.sales.visitor_names import VisitorNames
from application.sales.enter_queue import EnterQueue
from application.sales.poll_queue import PollQueue, QueueView
from application.sales.show_waiting_room import ShowWaitingRoom
from application.sales.update_waiting_room import (
    Pace,
    UpdateWaitingRoom,
    UpdateWaitingRoomCommand,
)
from application.shared.actor import Actor
from domain.catalogue.phase import Intent
from domain.shared.ids import AllotmentId, OrganizationId, SessionId, UserId
from domain.shared.period import Period
from domain.shared.permissions import Role
from tests.application.sales.scene import ObedientQuotes
from tests.conftest import VirtualClock
from tests.domain.catalogue.builders import EVENT, NOON, ORG, an_event

SESSION = SessionId(UUID(int=7))
SALES_START = NOON + timedelta(hours=1)


def an_actor(role: Role | None) -> Actor:
    memberships: dict[OrganizationId, Role] = {} if role is None else {ORG: role}
    return Actor(
        user_id=UserId(uuid4()),
        session_id=SESSION,
        email="ada@example.com",
        name="Ada",
        memberships=memberships,
    )


OWNER, ANALYST, STRANGER = an_actor(Role.OWNER), an_actor(Role.ANALYST), an_actor(None)


class _Session:
    revoked_at = None


class RoomScene:
    def __init__(self, memory: MemoryDatabase, clock: VirtualClock) -> None:
        self.memory = memory
        self.clock = clock
        memory.table("sessions").put(SESSION, _Session())
        memory.table("allotment_counters").put(
            EVENT, MemoryCounter(ORG, AllotmentId(EVENT), capacity=100)
        )
        self.plan()
        begin = memory.beginner(MemoryWaitingRoomTransaction)
        rooms, lines, pace = MemoryKnownRooms(memory), MemoryWaitingLines(clock), Pace(600, 10)
        keyring = Keyring({1: b"a master key for the tests, of 32."})
        self.passes = AdmissionPassSigner(keyring, clock)
        names = VisitorNames(keyring)
        self.update_waiting_room = UpdateWaitingRoom(begin, rooms, ObedientQuotes(), pace)
        self.show_waiting_room = ShowWaitingRoom(rooms, lines, pace)
        self.enter_queue = EnterQueue(rooms, lines, names, self.passes, clock)
        self.poll_queue = PollQueue(rooms, lines, names, self.passes, clock)

    def plan(self, **wanted: Any) -> None:
        usual: dict[str, Any] = {
            "intent": Intent.PUBLISHED,
            "published_at": NOON,
            "sales": Period(SALES_START, None),
        }
        self.memory.table("events").put(EVENT, an_event(**(usual | wanted)))

    async def set_up(self, actor: Actor = OWNER, **said: Any) -> None:
        """As the organiser says it: camelCase JSON; by default the room is on."""
        command = msgspec.convert({"isOn": True} | said, UpdateWaitingRoomCommand)
        await self.update_waiting_room(actor, EVENT, command)

    async def open_now(self, **said: Any) -> None:
        await self.set_up(opensAt=self.clock(), **said)

    async def enter(self, name: str | None = None, actor: Actor | None = None) -> QueueView:
        return await self.enter_queue(actor, EVENT, name)

    async def poll(self, name: str | None) -> QueueView:
        return await self.poll_queue(None, EVENT, name)

    def revision(self) -> int:
        counter = self.memory.table("allotment_counters").get(EVENT)
        assert isinstance(counter, MemoryCounter)
        return counter.revision
