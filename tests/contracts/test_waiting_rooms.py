"""The promises of waiting rooms' stores: in memory, in PostgreSQL, and on broken ones."""

import pytest
import pytest_asyncio
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.waiting_rooms import MemoryWaitingRooms, MemoryWaitingRoomTransaction
from adapters.memory.stock_rows import MemoryCounter
from adapters.postgres.database import Database
from adapters.postgres.sales.waiting_rooms import PostgresWaitingRoomTransaction
from application.sales.waiting_room_access import BeginWaitingRooms
from domain.sales.waiting_room import WaitingRoom
from domain.shared.ids import EventId
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.contracts.sales_desks import memory_desk, postgres_desk
from tests.contracts.waiting_rooms_contract import Office, WaitingRoomsContract
from tests.domain.sales.builders import EVENT


def memory_office(
    memory: MemoryDatabase,
    clock: VirtualClock,
    kind: type[MemoryWaitingRoomTransaction] = MemoryWaitingRoomTransaction,
) -> Office:
    memory_desk(memory, clock)

    async def revision() -> int:
        counter = memory.table("allotment_counters").get(EVENT)
        assert isinstance(counter, MemoryCounter)
        return counter.revision

    begin: BeginWaitingRooms = memory.beginner(kind)
    return Office(begin, revision)


class TestMemoryWaitingRooms(WaitingRoomsContract):
    @pytest.fixture
    def office(self, memory: MemoryDatabase, clock: VirtualClock) -> Office:
        return memory_office(memory, clock)


class TestPostgresWaitingRooms(WaitingRoomsContract):
    @pytest_asyncio.fixture(loop_scope="session")
    async def office(self, postgres: Database, clock: VirtualClock) -> Office:
        await postgres_desk(postgres, clock)

        async def revision() -> int:
            found = text("select revision from allotment_counters where allotment_id = :id")
            async with all_rows(postgres) as connection:
                return int((await connection.execute(found, {"id": EVENT})).scalar_one())

        return Office(postgres.beginner(PostgresWaitingRoomTransaction), revision)


class IgnoresVersions(MemoryWaitingRooms):
    async def save(self, room: WaitingRoom) -> None:
        room.version += 1
        self._rows.put(room.event_id, room)


class ShowsEverybody(MemoryWaitingRooms):
    async def get(self, event_id: EventId) -> WaitingRoom | None:
        return self._rows.get(event_id)


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (IgnoresVersions, "test_an_old_version_is_not_saved"),
        (IgnoresVersions, "test_of_two_who_make_it_at_once_one_has_to_look_again"),
        (ShowsEverybody, "test_another_organisation_finds_nothing"),
    ],
)
async def test_a_broken_store_is_caught(
    memory: MemoryDatabase, clock: VirtualClock, saboteur: type[MemoryWaitingRooms], promise: str
) -> None:
    class Sabotaged(MemoryWaitingRoomTransaction):
        def build(self) -> None:
            super().build()
            self.waiting_rooms = saboteur(self)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        await getattr(WaitingRoomsContract(), promise)(memory_office(memory, clock, Sabotaged))
