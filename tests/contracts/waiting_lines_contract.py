"""What the waiting room relies on, wherever its lines are kept."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest

from application.sales.waiting_room_access import WaitingLines
from domain.sales.waiting_room import Terms, Turn, Visitor
from domain.shared.ids import EventId

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Clock(Protocol):
    now: datetime

    def __call__(self) -> Any: ...
    def advance(self, by: timedelta) -> None: ...


@dataclass
class Door:
    """One event's room that opens in ten minutes, lets in one a second and gives five minutes."""

    lines: WaitingLines
    clock: Clock
    forget_everything: Callable[[], Awaitable[None]]
    terms: Terms = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.terms = Terms(
            event_id=EventId(uuid4()),
            opens_at=self.clock() + 10 * MINUTE,
            per_minute=60,
            pass_minutes=5,
        )

    def open_long_ago(self) -> None:
        self.terms = replace(self.terms, opens_at=self.clock() - 60 * MINUTE)

    def somebody(self, draw: int = 0) -> Visitor:
        self.number += 1
        return Visitor(id=UUID(int=self.number).bytes, draw=draw)

    async def enter(self, draw: int = 0) -> Visitor:
        """Somebody who arrives, as the name that they are given knows them."""
        arrived = await self.ask_anew(self.somebody(draw))
        self.clock.advance(timedelta(microseconds=1))
        return arrived

    async def ask_anew(self, visitor: Visitor) -> Visitor:
        turn = await self.ask(visitor)
        return replace(visitor, entered_at=turn.entered_at)

    async def ask(self, visitor: Visitor) -> Turn:
        return await self.lines.visit(self.terms, visitor)

    async def fill(self, people: int) -> list[Visitor]:
        return [await self.enter() for _ in range(people)]

    async def is_in(self, visitor: Visitor) -> bool:
        return (await self.ask(visitor)).admitted_until is not None

    async def ahead(self, visitor: Visitor) -> int | None:
        return (await self.ask(visitor)).ahead

    async def pass_time(self, seconds: int, *who: Visitor, every: int = 2) -> None:
        """These people are here all the time, and ask every two seconds."""
        while seconds > 0:
            step = min(every, seconds)
            self.clock.advance(step * SECOND)
            seconds -= step
            for visitor in who:
                await self.ask(visitor)

    async def those_in(self, visitors: list[Visitor]) -> list[Visitor]:
        return [visitor for visitor in visitors if await self.is_in(visitor)]


class WaitingLinesContract:
    """Promises of a room's line. Subclasses give the fixture `door`."""

    async def test_before_the_opening_nobody_goes_in_or_knows_a_place(self, door: Door) -> None:
        people = await door.fill(3)

        turn = await door.ask(people[0])

        assert (turn.admitted_until, turn.ahead, turn.estimated_s) == (None, None, None)
        assert turn.waiting == 3
        assert turn.at == door.clock()

    async def test_who_came_before_the_opening_stands_as_drawn(self, door: Door) -> None:
        people = [await door.enter(draw) for draw in (7, 2, 9, 4)]
        await door.pass_time(600, *people)

        assert await door.is_in(people[1])
        assert [await door.ahead(people[i]) for i in (3, 0, 2)] == [0, 1, 2]

    async def test_who_comes_later_stands_behind_in_order_of_arrival(self, door: Door) -> None:
        drawn = [await door.enter(2**52 - 1) for _ in range(3)]
        await door.pass_time(600, *drawn)
        late = await door.fill(3)

        assert [await door.ahead(visitor) for visitor in late] == [2, 3, 4]

    async def test_entering_again_draws_nothing_and_moves_nobody(self, door: Door) -> None:
        door.open_long_ago()
        people = await door.fill(5)

        before = [await door.ahead(visitor) for visitor in people]
        again = await door.ask_anew(people[2])
        nameless = await door.ask_anew(replace(people[3], entered_at=None))

        assert again == people[2]
        assert nameless == people[3]
        assert [await door.ahead(visitor) for visitor in people] == before

    async def test_people_go_in_at_the_organisers_rate_and_in_order(self, door: Door) -> None:
        door.open_long_ago()
        people = await door.fill(40)

        for second in range(1, 31):
            await door.pass_time(1, people[-1])
            assert await door.those_in(people) == people[: second + 1]

    async def test_a_quiet_hour_is_not_made_up_for(self, door: Door) -> None:
        door.open_long_ago()
        await door.enter()
        door.clock.advance(60 * MINUTE)

        people = await door.fill(20)

        assert await door.those_in(people) == people[:5]  # Five seconds' worth, and no more.

    async def test_a_rate_below_one_in_five_seconds_still_lets_people_in(self, door: Door) -> None:
        door.open_long_ago()
        door.terms = replace(door.terms, per_minute=1)
        people = await door.fill(3)

        await door.pass_time(59, *people)
        before = await door.those_in(people)
        await door.pass_time(1, *people)

        assert before == people[:1]
        assert await door.those_in(people) == people[:2]

    async def test_a_pass_lasts_as_long_as_the_organiser_says_and_half_a_minute(
        self, door: Door
    ) -> None:
        door.open_long_ago()
        visitor = door.somebody()

        first = await door.ask(visitor)
        door.clock.advance(4 * MINUTE)
        later = await door.ask(replace(visitor, entered_at=first.entered_at))

        assert first.admitted_until == first.at + 5 * MINUTE + 30 * SECOND
        assert later.admitted_until == first.admitted_until

    async def test_who_let_the_pass_expire_comes_back_behind_everybody(self, door: Door) -> None:
        door.open_long_ago()
        visitor = await door.enter()
        await door.pass_time(300)
        crowd = await door.fill(60)
        await door.pass_time(30, *crowd)

        ahead = await door.ahead(visitor)
        await door.pass_time(10, *crowd)

        assert ahead is not None
        assert ahead > 0
        assert not await door.is_in(visitor)
        assert await door.ahead(crowd[-1]) == (await door.ahead(visitor) or 0) - 1

    async def test_who_does_not_ask_is_passed_over_and_keeps_the_place(self, door: Door) -> None:
        door.open_long_ago()
        door.terms = replace(door.terms, per_minute=1)
        people = await door.fill(4)

        await door.pass_time(120, people[3])
        turn = await door.ask(people[3])
        back = await door.ask(people[2])

        assert await door.those_in(people[3:]) == people[3:]
        assert turn.waiting == 0
        assert (back.ahead, back.waiting) == (0, 1)

    async def test_who_stays_away_too_long_comes_back_behind_everybody(self, door: Door) -> None:
        door.open_long_ago()
        door.terms = replace(door.terms, per_minute=1, pass_minutes=60)
        *_, leaves = await door.fill(3)
        others = await door.fill(30)

        await door.pass_time(16 * 60, *others, every=60)
        turn = await door.ask(leaves)
        await door.pass_time(10, *others)
        again = await door.ask(leaves)

        assert turn.ahead == again.ahead == turn.waiting - 1 == 15

    async def test_before_the_opening_everybody_may_go_away(self, door: Door) -> None:
        door.terms = replace(door.terms, opens_at=door.clock() + 60 * MINUTE)
        early = await door.enter(draw=1)
        door.terms = replace(door.terms, per_minute=1)
        door.clock.advance(59 * MINUTE)
        people = [await door.enter(draw) for draw in (5, 6, 7)]
        await door.pass_time(90, *people)

        assert await door.ahead(early) == 0

    async def test_the_estimate_follows_what_was_measured(self, door: Door) -> None:
        door.open_long_ago()
        people = await door.fill(201)
        at_first = await door.ask(people[-1])
        door.terms = replace(door.terms, per_minute=30)  # As if half of them got stuck.
        await door.pass_time(120, *people, every=4)
        door.terms = replace(door.terms, per_minute=60)

        turn = await door.ask(people[-1])

        assert at_first.estimated_s == 200
        assert turn.per_minute is not None
        assert 29 <= turn.per_minute <= 31
        assert turn.ahead is not None
        assert turn.estimated_s is not None
        assert abs(turn.estimated_s - (turn.ahead + 1) * 2) <= 10

    async def test_the_organiser_sees_the_numbers(self, door: Door) -> None:
        door.open_long_ago()
        people = await door.fill(100)
        await door.pass_time(60, *people)

        numbers = await door.lines.attendance(door.terms)
        elsewhere = await door.lines.attendance(replace(door.terms, event_id=EventId(uuid4())))

        assert (numbers.waiting, numbers.admitted) == (39, 61)
        assert numbers.per_minute == pytest.approx(60, abs=0.1)
        assert (elsewhere.waiting, elsewhere.admitted, elsewhere.per_minute) == (0, 0, None)

    async def test_rooms_do_not_know_each_other(self, door: Door) -> None:
        door.open_long_ago()
        await door.fill(10)
        other = replace(door.terms, event_id=EventId(uuid4()))

        turn = await door.lines.visit(other, door.somebody())

        assert turn.admitted_until is not None

    async def test_after_a_loss_of_memory_everybody_finds_their_place(self, door: Door) -> None:
        door.open_long_ago()
        people = await door.fill(20)
        await door.pass_time(5, people[-1])
        waiting = [visitor for visitor in people if not await door.is_in(visitor)]

        await door.forget_everything()
        told = [await door.ask(visitor) for visitor in reversed(waiting)]
        await door.pass_time(30, *waiting)

        assert {turn.admitted_until for turn in told} == {None}
        assert {turn.ahead for turn in told} == {None}
        assert await door.is_in(waiting[0])
        assert not await door.is_in(waiting[-1])
        places = [await door.ahead(visitor) for visitor in waiting]
        standing = [place for place in places if place is not None]
        assert standing == list(range(len(standing)))
        assert len(standing) >= 8

    async def test_a_room_that_lost_its_memory_goes_on_letting_people_in(self, door: Door) -> None:
        door.open_long_ago()
        people = await door.fill(10)
        await door.forget_everything()

        await door.pass_time(60, *people)

        assert await door.those_in(people) == people

    async def test_an_opening_that_is_put_off_draws_for_those_who_came_before(
        self, door: Door
    ) -> None:
        door.open_long_ago()
        first = await door.enter(draw=0)
        people = [await door.enter(draw) for draw in (3, 2, 1)]
        door.terms = replace(door.terms, opens_at=door.clock() + 60 * SECOND)

        before = [await door.ask(visitor) for visitor in people]
        await door.pass_time(60, *people)

        assert {turn.ahead for turn in before} == {None}
        assert await door.is_in(first)
        assert await door.is_in(people[2])
        assert [await door.ahead(visitor) for visitor in (people[1], people[0])] == [0, 1]
