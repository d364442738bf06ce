"""Processes that count together, and each for itself when they cannot."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from application.shared.fleet_rates import FleetRates, Spent
from application.shared.rates import Policy, Rate
from domain.shared.errors import Unavailable
from tests.application.shared.test_rates import ALICE, BOB, Seconds, let_in

RATES = {"slow": Rate(per_minute=60, burst=20)}


class Sum:
    """Adds up as the cache does; may be lost, and may have forgotten."""

    is_configured = True

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.empty_at: dict[str, float] = {}
        self.is_lost = False
        self.calls = 0

    async def add(self, spent: Sequence[Spent]) -> list[float]:
        self.calls += 1
        if self.is_lost:
            raise Unavailable
        now = self._now()
        for bucket, seconds in spent:
            self.empty_at[bucket] = max(self.empty_at.get(bucket, now), now) + seconds
        return [self.empty_at[bucket] - now for bucket, _ in spent]


class Fleet:
    """Four processes on one sum."""

    def __init__(self) -> None:
        self.seconds = Seconds()
        self.counts = Sum(self.seconds)
        self.processes = [
            FleetRates(RATES, self.counts, processes=4, every_s=3_600, now=self.seconds)
            for _ in range(4)
        ]

    @property
    def policies(self) -> list[Policy]:
        return [process.policies["slow"] for process in self.processes]

    def let_in(self, who: bytes, times: int) -> int:
        return sum(let_in(policy, who, times) for policy in self.policies)

    async def exchange(self) -> None:
        for process in self.processes:
            await process.exchange()

    async def close(self) -> None:
        for process in self.processes:
            await process.close()


@pytest.fixture
async def fleet() -> Fleet:
    return Fleet()


async def test_what_one_let_in_the_others_know_after_an_exchange(fleet: Fleet) -> None:
    first, second, *_ = fleet.policies
    assert let_in(first, ALICE, 15) == 15
    assert let_in(second, ALICE, 1) == 1  # The second knows of Alice.

    await fleet.exchange()

    assert let_in(second, ALICE, 20) == 4
    assert let_in(second, BOB, 30) == 20
    await fleet.close()


async def test_an_hour_of_storm_lets_in_what_one_process_would(fleet: Fleet) -> None:
    admitted = 0
    for _ in range(4 * 3_600):
        admitted += fleet.let_in(ALICE, 1)
        fleet.seconds.now += 0.25
        await fleet.exchange()

    # The stated tolerance: the burst of each process, once.
    assert 3_600 <= admitted <= 3_600 + 4 * 20
    await fleet.close()


async def test_without_the_sum_each_goes_by_its_share(fleet: Fleet) -> None:
    """DS-10: losing the cache resets nobody."""
    assert fleet.let_in(ALICE, 100) == 4 * 20  # Nobody knew of the others yet.
    fleet.counts.is_lost = True
    await fleet.exchange()
    assert all(process.is_alone for process in fleet.processes)
    assert fleet.let_in(ALICE, 100) == 0

    admitted = 0
    for _ in range(600):
        fleet.seconds.now += 1
        admitted += fleet.let_in(ALICE, 2)
        await fleet.exchange()

    assert 560 <= admitted <= 600 + 20
    await fleet.close()


async def test_a_sum_that_is_back_counts_for_all_again(fleet: Fleet) -> None:
    fleet.counts.is_lost = True
    fleet.let_in(BOB, 1)
    await fleet.exchange()
    fleet.counts.is_lost = False
    fleet.let_in(BOB, 1)
    await fleet.exchange()

    assert not any(process.is_alone for process in fleet.processes)
    assert let_in(fleet.policies[0], ALICE, 50) == 20
    await fleet.close()


async def test_a_sum_that_forgot_resets_nobody(fleet: Fleet) -> None:
    policy = fleet.policies[0]
    let_in(policy, ALICE, 20)
    await fleet.exchange()
    fleet.counts.empty_at.clear()
    fleet.seconds.now += 1.001
    assert let_in(policy, ALICE, 5) == 1

    await fleet.exchange()

    assert let_in(policy, ALICE, 5) == 0
    await fleet.close()


async def test_what_comes_during_the_exchange_counts_too() -> None:
    seconds = Seconds()
    counts = Sum(seconds)

    class Meanwhile(Sum):
        async def add(self, spent: Sequence[Spent]) -> list[float]:
            assert let_in(rates.policies["slow"], ALICE, 5) == 5
            return await counts.add(spent)

    rates = FleetRates(RATES, Meanwhile(seconds), processes=1, every_s=3_600, now=seconds)
    assert let_in(rates.policies["slow"], ALICE, 10) == 10

    await rates.exchange()

    assert let_in(rates.policies["slow"], ALICE, 10) == 5
    await rates.close()


async def test_nothing_is_said_while_nobody_comes() -> None:
    seconds = Seconds()
    counts = Sum(seconds)
    rates = FleetRates(RATES, counts, processes=1, every_s=0.001, now=seconds)
    await asyncio.sleep(0.01)
    assert counts.calls == 0

    let_in(rates.policies["slow"], ALICE, 3)
    await asyncio.sleep(0.02)
    assert counts.calls == 1
    let_in(rates.policies["slow"], ALICE, 3)
    await asyncio.sleep(0.02)

    assert counts.calls == 2
    assert counts.empty_at["slow:" + ALICE.hex()] == seconds.now + 6
    await rates.close()
    let_in(rates.policies["slow"], ALICE, 1)
    await rates.close()


async def test_without_a_cache_there_is_one_process_and_its_whole_limit() -> None:
    seconds = Seconds()

    class Nowhere(Sum):
        is_configured = False

    counts = Nowhere(seconds)
    rates = FleetRates(RATES, counts, processes=4, every_s=0.001, now=seconds)

    assert let_in(rates.policies["slow"], ALICE, 50) == 20
    await asyncio.sleep(0.01)

    assert counts.calls == 0
    assert not rates.is_alone
