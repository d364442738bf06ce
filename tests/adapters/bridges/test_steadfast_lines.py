"""The waiting room without its shared memory: down from the start, gone mid-way, and back."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from adapters.bridges.steadfast_lines import SteadfastLines
from adapters.memory.sales.waiting_room import MemoryWaitingLines
from adapters.redis.door import CacheDoor
from adapters.redis.sales.waiting_room import RedisWaitingLines
from application.sales.waiting_room_access import WaitingLines
from domain.sales.waiting_room import Attendance, Terms, Turn, Visitor
from domain.shared.errors import Unavailable
from domain.shared.ids import EventId
from tests.conftest import VirtualClock

SECOND = timedelta(seconds=1)


class Switch:
    """Lines behind a wire that can be cut."""

    def __init__(self, lines: WaitingLines) -> None:
        self._lines = lines
        self.is_down = False

    async def visit(self, terms: Terms, visitor: Visitor) -> Turn:
        if self.is_down:
            raise Unavailable
        return await self._lines.visit(terms, visitor)

    async def attendance(self, terms: Terms) -> Attendance:
        if self.is_down:
            raise Unavailable
        return await self._lines.attendance(terms)


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest_asyncio.fixture(loop_scope="session")
async def nobody_there() -> AsyncIterator[CacheDoor]:
    door = CacheDoor(f"redis://127.0.0.1:{closed_port()}")
    yield door
    await door.close()


@pytest_asyncio.fixture(loop_scope="session")
async def valkey(redis_url: str) -> AsyncIterator[CacheDoor]:
    door = CacheDoor(redis_url, answer_seconds=5)
    yield door
    await door.close()


@pytest.fixture
def terms(clock: VirtualClock) -> Terms:
    return Terms(
        event_id=EventId(uuid4()), opens_at=clock() - 600 * SECOND, per_minute=60, pass_minutes=5
    )


class People:
    """Twenty visitors in order of arrival, who ask whenever they are told to."""

    def __init__(self, lines: WaitingLines, terms: Terms, clock: VirtualClock) -> None:
        self.lines, self.terms, self.clock = lines, terms, clock
        self.visitors: list[Visitor] = []

    async def arrive(self, people: int = 20) -> None:
        for number in range(people):
            visitor = Visitor(id=UUID(int=number + 1).bytes, draw=0)
            turn = await self.lines.visit(self.terms, visitor)
            self.visitors.append(replace(visitor, entered_at=turn.entered_at))
            self.clock.advance(timedelta(milliseconds=1))

    async def ask(self, visitor: Visitor) -> Turn:
        return await self.lines.visit(self.terms, visitor)

    async def pass_time(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.advance(SECOND)
            for visitor in self.visitors:
                await self.ask(visitor)

    async def inside(self) -> list[int]:
        """Who is in, by the number of their arrival."""
        turns = [await self.ask(visitor) for visitor in self.visitors]
        return [number for number, turn in enumerate(turns) if turn.admitted_until]


async def test_without_valkey_people_go_in_in_order_and_at_the_rate(
    nobody_there: CacheDoor, terms: Terms, clock: VirtualClock
) -> None:
    lines = SteadfastLines(RedisWaitingLines(nobody_there, clock), MemoryWaitingLines(clock))
    people = People(lines, terms, clock)
    await people.arrive()

    await people.pass_time(10)

    assert await people.inside() == list(range(11))
    assert (await lines.attendance(terms)).is_partial


async def test_going_down_mid_way_blocks_nobody_and_jumbles_nobody(
    valkey: CacheDoor, terms: Terms, clock: VirtualClock
) -> None:
    shared = Switch(RedisWaitingLines(valkey, clock))
    people = People(SteadfastLines(shared, MemoryWaitingLines(clock)), terms, clock)
    await people.arrive()
    await people.pass_time(5)
    before = await people.inside()

    shared.is_down = True
    await people.pass_time(20)
    gathering = await people.inside()
    await people.pass_time(15)
    later = await people.inside()
    await people.pass_time(60)
    in_the_end = await people.inside()

    assert before == list(range(6))
    assert gathering == []  # Their passes hold: they need not ask any more.
    assert later == list(range(len(later)))
    assert 0 < len(later) <= 11
    assert in_the_end == list(range(20))


async def test_when_it_is_back_the_old_line_goes_on(
    valkey: CacheDoor, terms: Terms, clock: VirtualClock
) -> None:
    shared = Switch(RedisWaitingLines(valkey, clock))
    people = People(SteadfastLines(shared, MemoryWaitingLines(clock)), terms, clock)
    await people.arrive()
    await people.pass_time(5)
    shared.is_down = True
    await people.pass_time(10)

    shared.is_down = False
    back = await people.inside()
    await people.pass_time(30)

    # Ten seconds are not made up for: the bucket holds five.
    assert back == list(range(11))
    assert await people.inside() == list(range(20))
    assert not (await people.lines.attendance(terms)).is_partial


async def test_a_restart_with_nothing_kept_restores_the_order(
    valkey: CacheDoor, terms: Terms, clock: VirtualClock
) -> None:
    lines = SteadfastLines(RedisWaitingLines(valkey, clock), MemoryWaitingLines(clock))
    people = People(lines, terms, clock)
    await people.arrive()
    await people.pass_time(3)
    pattern = f"tixmo:room:{{{terms.event_id}}}:*"
    forget = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end"

    await valkey.run(forget, [], [pattern])
    people.visitors.reverse()
    await people.pass_time(20)
    people.visitors.reverse()
    gathering = await people.inside()
    await people.pass_time(20)
    later = await people.inside()

    assert gathering == []
    assert later == list(range(len(later)))
    assert len(later) > 10
