"""Waiting rooms as rows, and as polls read them: a second old, read once, and without a database
not forgotten.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database
from adapters.postgres.sales.waiting_rooms import (
    PostgresKnownRooms,
    PostgresWaitingRoomTransaction,
)
from application.shared.scope import Scope
from application.shared.transaction import DatabaseDown
from domain.sales.errors import EventNotFound
from domain.shared.ids import EventId
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.contracts.sales_desks import postgres_desk
from tests.contracts.waiting_rooms_contract import SCOPE, a_room
from tests.domain.sales.builders import EVENT, NOON, ORG

NOWHERE = EventId(UUID(int=99))


class CountingDatabase(Database):
    """Counts the readings, and can hold them up or fail."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine, database._jobs)
        self.readings = 0
        self.is_down = False
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    @asynccontextmanager
    async def read(self, scope: Scope) -> AsyncIterator[AsyncConnection]:
        self.readings += 1
        if self.is_down:
            raise DatabaseDown
        async with super().read(scope) as connection:
            self.begun.set()
            yield connection
            await self.gate.wait()


class Ticks:
    """Seconds that pass only when they are told to."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest_asyncio.fixture(loop_scope="session")
async def database(postgres: Database, clock: VirtualClock) -> CountingDatabase:
    await postgres_desk(postgres, clock)
    return CountingDatabase(postgres)


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def known(database: CountingDatabase, ticks: Ticks) -> PostgresKnownRooms:
    return PostgresKnownRooms(database, ticks=ticks)


async def set_up(database: Database, **facts: object) -> None:
    begin = database.beginner(PostgresWaitingRoomTransaction)
    async with begin(SCOPE) as tx:
        await tx.waiting_rooms.save(a_room(**facts))


async def change(database: Database, assignments: str) -> None:
    async with all_rows(database) as connection:
        await connection.execute(text(f"update events set {assignments}"))


async def test_every_event_has_a_room_and_it_is_off(known: PostgresKnownRooms) -> None:
    room = await known.room_of(EVENT)

    assert (room.organization_id, room.is_on, room.terms) == (ORG, False, None)


async def test_the_terms_of_a_room_that_is_on(
    database: CountingDatabase, known: PostgresKnownRooms
) -> None:
    opens_at = datetime(2026, 6, 5, 10, tzinfo=UTC)
    await set_up(database, is_on=True, opens_at=opens_at, per_minute=42, pass_minutes=7)

    terms = (await known.room_of(EVENT)).terms

    assert terms is not None
    assert (terms.opens_at, terms.per_minute, terms.pass_minutes) == (opens_at, 42, 7)


async def test_the_opening_is_what_was_said_or_the_sales_start_or_the_making(
    database: CountingDatabase, known: PostgresKnownRooms
) -> None:
    await set_up(database, is_on=True, opens_at=None)
    made = (await known.room_of(EVENT)).opens_at
    await change(database, "sales_start = '2026-06-03T10:00:00Z'")
    known.forget([EVENT])
    with_the_sale = (await known.room_of(EVENT)).opens_at

    assert made == NOON
    assert with_the_sale == datetime(2026, 6, 3, 10, tzinfo=UTC)


async def test_drafts_and_private_events_are_not_public(
    database: CountingDatabase, known: PostgresKnownRooms
) -> None:
    await change(database, "published_at = '2026-06-01'")
    seen = [(await known.room_of(EVENT)).is_public]
    for assignments in ("visibility = 'private'", "visibility = 'unlisted'", "intent = 'draft'"):
        await change(database, assignments)
        known.forget([EVENT])
        seen.append((await known.room_of(EVENT)).is_public)

    assert seen == [True, False, True, False]


async def test_many_polls_are_one_reading_a_second(
    database: CountingDatabase, known: PostgresKnownRooms, ticks: Ticks
) -> None:
    await asyncio.gather(*(known.room_of(EVENT) for _ in range(100)))
    ticks.at += 0.9
    await known.room_of(EVENT)
    first = database.readings
    ticks.at += 0.2
    await asyncio.gather(*(known.room_of(EVENT) for _ in range(100)))

    assert (first, database.readings) == (1, 2)


async def test_an_event_that_is_not_there_is_remembered_as_well(
    database: CountingDatabase, known: PostgresKnownRooms
) -> None:
    for _ in range(3):
        with pytest.raises(EventNotFound):
            await known.room_of(NOWHERE)

    assert database.readings == 1


async def test_without_the_database_the_last_reading_stands(
    database: CountingDatabase, known: PostgresKnownRooms, ticks: Ticks
) -> None:
    await set_up(database, is_on=True)
    before = await known.room_of(EVENT)
    database.is_down = True
    ticks.at += 3_600

    assert await known.room_of(EVENT) == before
    with pytest.raises(DatabaseDown):
        await known.room_of(NOWHERE)
    database.is_down = False
    ticks.at += 1
    await change(database, "visibility = 'private', published_at = '2026-06-01'")
    assert not (await known.room_of(EVENT)).is_public


async def test_a_caller_that_gives_up_takes_nobody_down(
    database: CountingDatabase, known: PostgresKnownRooms
) -> None:
    database.gate.clear()
    first = asyncio.create_task(known.room_of(EVENT))
    await database.begun.wait()
    second = asyncio.create_task(known.room_of(EVENT))
    await asyncio.sleep(0)
    first.cancel()
    database.gate.set()

    assert (await second).event_id == EVENT
    assert database.readings == 1


async def test_what_was_read_before_a_change_is_not_kept(
    database: CountingDatabase, known: PostgresKnownRooms
) -> None:
    database.gate.clear()
    reading = asyncio.create_task(known.room_of(EVENT))
    await database.begun.wait()
    await set_up(database, is_on=True)
    known.forget([EVENT])
    database.gate.set()
    stale = await reading

    assert not stale.is_on
    assert (await known.room_of(EVENT)).is_on


async def test_no_more_rooms_are_kept_than_allowed(
    database: CountingDatabase, ticks: Ticks
) -> None:
    known = PostgresKnownRooms(database, events_max=2, ticks=ticks)
    for _ in range(10):
        with pytest.raises(EventNotFound):
            await known.room_of(EventId(uuid4()))

    assert len(known._kept) == 2
