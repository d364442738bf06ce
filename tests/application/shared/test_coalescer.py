"""Concurrent calls become batches; each caller gets its own answer."""

import asyncio
import gc
import weakref
from collections.abc import Sequence
from typing import Any

import pytest

from application.shared.coalescer import Coalescer, OutcomeUnknown, TooBusy
from application.shared.transaction import DatabaseDown, NothingDone
from domain.shared.errors import Conflict, DomainError


class Odd(Conflict):
    """An odd number."""

    code = "odd"


class Counter:
    """Doubles even numbers, refuses odd ones, and can be made to fail or to wait."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.again: list[int] = []
        self.open = asyncio.Event()
        self.open.set()
        self.poison: set[int] = set()
        self.is_down = False

    async def serve(self, commands: Sequence[int]) -> list[int | DomainError]:
        self.batches.append(list(commands))
        await self.open.wait()
        if self.is_down:
            raise DatabaseDown
        if self.poison & set(commands):
            raise RuntimeError("poisoned")
        return [Odd() if command % 2 else command * 2 for command in commands]

    async def serve_again(self, command: int) -> int | DomainError:
        self.again.append(command)
        [outcome] = await self.serve([command])
        return outcome


@pytest.fixture
def counter() -> Counter:
    return Counter()


def lane_of(counter: Counter, **limits: Any) -> Coalescer[int, int]:
    return Coalescer(counter.serve, counter.serve_again, **limits)


async def _arrive(lane: Coalescer[int, int], *commands: int) -> list[asyncio.Task[int]]:
    calls = [asyncio.ensure_future(lane(command)) for command in commands]
    await asyncio.sleep(0)
    return calls


async def test_a_lone_call_is_a_batch_of_one_without_waiting(counter: Counter) -> None:
    assert await lane_of(counter)(2) == 4
    assert counter.batches == [[2]]


async def test_whoever_comes_while_one_is_served_forms_the_next(counter: Counter) -> None:
    lane = lane_of(counter)
    counter.open.clear()
    first = await _arrive(lane, 2)
    await asyncio.sleep(0)
    others = await _arrive(lane, 4, 6, 8)
    counter.open.set()

    assert await asyncio.gather(*first, *others) == [4, 8, 12, 16]
    assert counter.batches == [[2], [4, 6, 8]]
    assert lane.sizes == {1: 1, 3: 1}


async def test_a_refusal_concerns_its_own_call_alone(counter: Counter) -> None:
    calls = await _arrive(lane_of(counter), 2, 3, 4)

    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert answers[0] == 4
    assert isinstance(answers[1], Odd)
    assert answers[2] == 8


async def test_a_refusal_is_gone_once_it_was_told(counter: Counter) -> None:
    """Rings of refusals and frames would wait for the garbage collector, and then for each other:
    a sold-out minute stood still for 0.1 s, three times a second.
    """
    lane = lane_of(counter)
    gc.disable()
    try:
        with pytest.raises(Odd) as told:
            await lane(1)
        refusal = weakref.ref(told.value)
        del told
        await asyncio.sleep(0)
        assert refusal() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("trouble", [NothingDone("Later."), Odd("Poisoned.")])
async def test_no_failure_makes_a_ring_either(counter: Counter, trouble: Exception) -> None:
    async def serve(commands: Sequence[int]) -> list[int | DomainError]:
        raise type(trouble)(*trouble.args)

    async def again(command: int) -> int | DomainError:
        raise type(trouble)(*trouble.args)

    lane = Coalescer(serve, again)
    gc.disable()
    try:
        told = list(await asyncio.gather(lane(1), lane(2), return_exceptions=True))
        assert [str(one) for one in told] == [str(trouble)] * 2
        assert told[0] is not told[1]
        failures = [weakref.ref(one) for one in told if isinstance(one, Exception)]
        told.clear()
        await asyncio.sleep(0)
        assert [failure() for failure in failures] == [None, None]
    finally:
        gc.enable()


async def test_a_poisoned_command_does_not_sink_its_neighbours(counter: Counter) -> None:
    counter.poison = {4}
    calls = await _arrive(lane_of(counter), 2, 4, 6)

    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert answers[0] == 4
    assert isinstance(answers[1], RuntimeError)
    assert answers[2] == 12
    assert counter.again == [2, 4, 6]


async def test_while_the_database_is_down_only_one_asks_again(counter: Counter) -> None:
    counter.is_down = True
    calls = await _arrive(lane_of(counter), 2, 4, 6)

    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert all(isinstance(answer, OutcomeUnknown) for answer in answers)
    assert counter.again == [2]


async def test_when_nothing_was_asked_of_the_database_nobody_asks_again(counter: Counter) -> None:
    async def serve(commands: Sequence[int]) -> list[int | DomainError]:
        raise NothingDone

    calls = await _arrive(Coalescer(serve, counter.serve_again), 2, 4)

    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert all(isinstance(answer, NothingDone) for answer in answers)
    assert counter.again == []


async def test_a_full_queue_sends_away_at_once(counter: Counter) -> None:
    lane = lane_of(counter, queue_max=2)
    counter.open.clear()
    first = await _arrive(lane, 2)
    await asyncio.sleep(0)
    waiting = await _arrive(lane, 4, 6)

    with pytest.raises(TooBusy):
        await lane(8)

    counter.open.set()
    assert await asyncio.gather(*first, *waiting) == [4, 8, 12]


async def test_a_caller_that_gives_up_while_waiting_is_not_served(counter: Counter) -> None:
    lane = lane_of(counter)
    counter.open.clear()
    first = await _arrive(lane, 2)
    await asyncio.sleep(0)
    given_up, patient = await _arrive(lane, 4, 6)
    given_up.cancel()
    await asyncio.sleep(0)
    counter.open.set()

    assert await asyncio.gather(*first, patient) == [4, 12]
    assert counter.batches == [[2], [6]]


async def test_a_caller_that_gives_up_while_served_takes_nobody_down(counter: Counter) -> None:
    lane = lane_of(counter)
    counter.open.clear()
    given_up, patient = await _arrive(lane, 2, 4)
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)
    counter.open.set()

    assert await patient == 8
    assert counter.batches == [[2, 4]]


async def test_a_batch_has_its_limit(counter: Counter) -> None:
    calls = await _arrive(lane_of(counter, batch_max=2), 2, 4, 6)

    assert await asyncio.gather(*calls) == [4, 8, 12]
    assert counter.batches == [[2, 4], [6]]


async def test_each_lane_works_by_itself(counter: Counter) -> None:
    lane = Coalescer(counter.serve, counter.serve_again, lane=lambda command: command % 4)
    calls = await _arrive(lane, 2, 4, 6, 8)

    assert await asyncio.gather(*calls) == [4, 8, 12, 16]
    assert sorted(counter.batches) == [[2, 6], [4, 8]]


async def test_an_empty_lane_is_forgotten_and_opens_again(counter: Counter) -> None:
    lane = lane_of(counter)
    assert await lane(2) == 4
    assert await lane(4) == 8
    assert counter.batches == [[2], [4]]
