"""Calls about the same thing go one after another."""

import asyncio
import gc

from application.shared.in_turn import Turns, in_turn


class Counter:
    """Reads, waits, writes: two at once lose one."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.busy = self.busiest = 0

    async def __call__(self, who: str) -> int:
        seen = self.counts.get(who, 0)
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        await asyncio.sleep(0)
        self.busy -= 1
        if who == "clumsy":
            raise RuntimeError
        self.counts[who] = seen + 1
        return seen + 1


def key_of(who: str) -> str | None:
    return None if who == "nobody" else who


async def test_the_same_key_waits_and_another_does_not() -> None:
    counter = Counter()
    count = in_turn(counter, Turns(), key_of)

    await asyncio.gather(*(count(who) for who in ("ada", "bea") * 10))

    assert counter.counts == {"ada": 10, "bea": 10}
    assert counter.busiest == 2


async def test_without_a_key_nobody_waits() -> None:
    counter = Counter()

    await asyncio.gather(*(in_turn(counter, Turns(), key_of)("nobody") for _ in range(5)))

    assert counter.busiest == 5


async def test_who_fails_or_gives_up_lets_the_next_one_in_and_nothing_is_kept() -> None:
    counter, turns = Counter(), Turns()
    count = in_turn(counter, turns, key_of)

    failed = await asyncio.gather(count("clumsy"), count("clumsy"), return_exceptions=True)
    async with turns.of("ada"):
        waiting = asyncio.ensure_future(count("ada"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert await count("ada") == 1

    assert [type(one) for one in failed] == [RuntimeError] * 2
    del failed, waiting
    gc.collect()
    assert not turns._locks
