"""The promises of waiting rooms' lines: in memory, in Valkey, and on lines broken on purpose."""

import heapq
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from adapters.memory.sales.waiting_room import MemoryWaitingLines
from adapters.redis.door import CacheDoor
from adapters.redis.sales.waiting_room import RedisWaitingLines
from application.sales.waiting_room_access import WaitingLines
from domain.sales.waiting_line import MINUTE, Line
from domain.sales.waiting_room import Terms, Turn, Visitor, retry_after_s
from domain.shared.ids import EventId
from tests.conftest import VirtualClock
from tests.contracts.waiting_lines_contract import Door, WaitingLinesContract


@pytest_asyncio.fixture(loop_scope="session")
async def cache_door(redis_url: str) -> AsyncIterator[CacheDoor]:
    door = CacheDoor(redis_url, answer_seconds=5)
    yield door
    await door.close()


def memory_door(clock: VirtualClock, kind: type[Line] = Line) -> Door:
    class Lines(MemoryWaitingLines):
        def _new_line(self) -> Line:
            return kind()

    lines = Lines(clock)

    async def forget_everything() -> None:
        lines._lines.clear()

    return Door(lines, clock, forget_everything)


def valkey_door(clock: VirtualClock, cache: CacheDoor) -> Door:
    async def forget_everything() -> None:
        # Only our own keys: other suites share the server.
        pattern = f"tixmo:room:{{{door.terms.event_id}}}:*"
        forget = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end"
        await cache.run(forget, [], [pattern])

    door = Door(RedisWaitingLines(cache, clock), clock, forget_everything)
    return door


class TestMemoryLines(WaitingLinesContract):
    @pytest.fixture
    def door(self, clock: VirtualClock) -> Door:
        return memory_door(clock)


class TestValkeyLines(WaitingLinesContract):
    @pytest.fixture
    def door(self, clock: VirtualClock, cache_door: CacheDoor) -> Door:
        return valkey_door(clock, cache_door)


class LetsEverybodyIn(Line):
    def _fill(self, terms: Terms, opens: int, now: int) -> None:
        self.credit = 1_000 * MINUTE


class DrawsAgain(Line):
    """A new lot, and a new arrival, whenever somebody asks."""

    def visit(self, terms: Terms, visitor: Visitor, now: int) -> Turn:
        again = replace(visitor, draw=now % 1_000, entered_at=None)
        self.places.pop(visitor.id, None)
        self.standing = [(place, id_) for place, id_ in self.standing if id_ != visitor.id]
        return Line.visit(self, terms, again, now)


class LastComeFirstServed(Line):
    def _stand(self, visitor: Visitor, terms: Terms, entered: int, now: int) -> None:
        Line._stand(self, visitor, terms, entered, now)
        if visitor.id in self.places and self.places[visitor.id] > 0:
            self.standing.remove((self.places[visitor.id], visitor.id))
            self.places[visitor.id] = 2**52 - entered
            self.standing = sorted([*self.standing, (self.places[visitor.id], visitor.id)])


class ForgetsTheBucket(Line):
    def _let_in(self, terms: Terms, now: int) -> None:
        self.credit = max(self.credit, MINUTE)
        Line._let_in(self, terms, now)


class SavesUp(Line):
    def _fill(self, terms: Terms, opens: int, now: int) -> None:
        self.credit += max(0, now - max(self.visited, opens)) * terms.per_minute


class NeverMinds(Line):
    """Who let a pass expire is let in again at once."""

    def _stand(self, visitor: Visitor, terms: Terms, entered: int, now: int) -> None:
        self.admitted.pop(visitor.id, None)
        Line._stand(self, visitor, terms, entered, now)


class WaitsForTheAbsent(Line):
    def _let_in(self, terms: Terms, now: int) -> None:
        self.here = dict.fromkeys(self.here, now)
        Line._let_in(self, terms, now)


class DoesNotGather(Line):
    def _wake(self, entered: int, now: int) -> None:
        Line._wake(self, entered, now)
        self.gathering_until = 0


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (LetsEverybodyIn, "test_people_go_in_at_the_organisers_rate_and_in_order"),
        (ForgetsTheBucket, "test_people_go_in_at_the_organisers_rate_and_in_order"),
        (LastComeFirstServed, "test_who_comes_later_stands_behind_in_order_of_arrival"),
        (DrawsAgain, "test_entering_again_draws_nothing_and_moves_nobody"),
        (DrawsAgain, "test_who_came_before_the_opening_stands_as_drawn"),
        (SavesUp, "test_a_quiet_hour_is_not_made_up_for"),
        (NeverMinds, "test_who_let_the_pass_expire_comes_back_behind_everybody"),
        (WaitsForTheAbsent, "test_who_does_not_ask_is_passed_over_and_keeps_the_place"),
        (DoesNotGather, "test_after_a_loss_of_memory_everybody_finds_their_place"),
    ],
)
async def test_a_broken_line_is_caught(
    clock: VirtualClock, saboteur: type[Line], promise: str
) -> None:
    with pytest.raises(AssertionError):
        await getattr(WaitingLinesContract(), promise)(memory_door(clock, saboteur))


@pytest.mark.parametrize("seed", range(4))
async def test_both_lines_tell_everybody_the_same(
    clock: VirtualClock, cache_door: CacheDoor, seed: int
) -> None:
    """Two thousand random visits, pauses, changes of terms and losses of memory."""
    dice = random.Random(seed)
    ours, theirs = memory_door(clock), valkey_door(clock, cache_door)
    theirs.terms = ours.terms
    people: list[Visitor] = []
    for _ in range(500):
        clock.advance(timedelta(microseconds=dice.choice((1, 10**4, 10**6, 2 * 10**6))))
        clock.advance(timedelta(seconds=dice.choice((0,) * 60 + (40, 100, 1_000))))
        if dice.random() < 0.01:
            await ours.forget_everything()
            await theirs.forget_everything()
        if dice.random() < 0.02:
            shift = timedelta(minutes=dice.choice((-10, 1, 10)))
            per_minute = dice.choice((1, 37, 60, 601))
            ours.terms = replace(
                ours.terms, opens_at=ours.terms.opens_at + shift, per_minute=per_minute
            )
            theirs.terms = ours.terms
        if not people or dice.random() < 0.3:
            people.append(Visitor(id=dice.randbytes(16), draw=dice.getrandbits(52)))
        chosen = dice.randrange(len(people))
        asked = people[chosen]
        if dice.random() < 0.05:
            asked = replace(asked, entered_at=None)
        turn = await ours.ask(asked)
        assert await theirs.ask(asked) == turn
        people[chosen] = replace(asked, entered_at=turn.entered_at)
        assert await theirs.lines.attendance(ours.terms) == await ours.lines.attendance(ours.terms)


@pytest.mark.slow
async def test_ten_thousand_people_go_in_as_drawn_and_at_the_rate(clock: VirtualClock) -> None:
    """6,000 before the opening and 4,000 after it; 2,000 a minute; each asks when told to."""
    door = memory_door(clock)
    start, opens = clock(), clock() + timedelta(minutes=2)
    door.terms = replace(door.terms, per_minute=2_000, opens_at=opens)
    dice = random.Random(7)
    arrivals = [start + timedelta(seconds=dice.uniform(0, 119)) for _ in range(6_000)]
    arrivals += [opens + timedelta(seconds=dice.uniform(0, 60)) for _ in range(4_000)]
    people = [door.somebody(dice.getrandbits(52)) for _ in arrivals]
    asking = [(at, one.id, one) for at, one in zip(sorted(arrivals), people, strict=True)]
    admitted: list[tuple[datetime, Visitor]] = []
    asked = 0
    while asking:
        clock.now, _, visitor = heapq.heappop(asking)
        turn = await door.ask(visitor)
        asked += 1
        visitor = replace(visitor, entered_at=turn.entered_at)
        if turn.admitted_until:
            admitted.append((turn.admitted_until, visitor))
        else:
            wait = timedelta(seconds=retry_after_s(turn, visitor, opens))
            heapq.heappush(asking, (clock.now + wait, visitor.id, visitor))

    admitted.sort(key=lambda one: (one[0], _place(one[1], door.terms)))
    assert [one for _, one in admitted] == sorted(
        (one for _, one in admitted), key=lambda one: _place(one, door.terms)
    )
    went_in = [until - timedelta(minutes=5, seconds=30) for until, _ in admitted]
    assert went_in[0] >= opens
    for number, at in enumerate(went_in):
        due = number / 2_000 * 60
        assert due - 5.1 <= (at - opens).total_seconds() <= due + 15.1
    assert asked < 10_000 * 20


def _place(visitor: Visitor, terms: Terms) -> tuple[bool, float]:
    assert visitor.entered_at is not None
    is_late = visitor.entered_at >= terms.opens_at
    return is_late, visitor.entered_at.timestamp() if is_late else visitor.draw


async def test_a_process_keeps_so_many_lines_and_no_more(clock: VirtualClock) -> None:
    lines: WaitingLines = MemoryWaitingLines(clock, lines_max=2)
    door = memory_door(clock)
    door.open_long_ago()

    for number in range(3):
        terms = replace(door.terms, event_id=EventId(UUID(int=number)))
        await lines.visit(terms, door.somebody())

    first = await lines.attendance(replace(door.terms, event_id=EventId(UUID(int=0))))
    assert first.admitted == 0
