"""Processes that add up in Valkey."""

import asyncio
from uuid import uuid4

import pytest

from adapters.redis.door import CacheDoor
from adapters.redis.errors import CacheDown
from adapters.redis.rate_counts import KEYS_MAX, RedisRateCounts
from application.shared.fleet_rates import FleetRates, Spent
from application.shared.rates import Rate
from tests.application.shared.test_rates import ALICE, let_in
from tests.valkey import OwnValkey


def a_bucket() -> str:
    return f"slow:{uuid4().hex}"


async def test_what_is_spent_adds_up_and_runs_dry(cache_door: CacheDoor) -> None:
    counts, bucket = RedisRateCounts(cache_door), a_bucket()

    [first] = await counts.add([Spent(bucket, 0.2)])
    [second] = await counts.add([Spent(bucket, 0.3)])
    await asyncio.sleep(0.6)
    [third] = await counts.add([Spent(bucket, 0.1)])

    assert first == pytest.approx(0.2)
    assert 0.3 < second <= 0.5
    assert third == pytest.approx(0.1)
    await cache_door.close()


async def test_many_buckets_are_one_round_trip_in_their_order(cache_door: CacheDoor) -> None:
    counts = RedisRateCounts(cache_door)
    spent = [Spent(a_bucket(), 1 + number) for number in range(KEYS_MAX * 2 + 7)]

    owed = await counts.add(spent)

    assert owed == pytest.approx([one.seconds for one in spent])
    await cache_door.close()


async def test_a_bucket_that_has_run_dry_is_gone(own_valkey: OwnValkey) -> None:
    door = CacheDoor(own_valkey.url, connect_seconds=10, answer_seconds=20)
    await RedisRateCounts(door).add([Spent(a_bucket(), 0.05)])
    assert own_valkey.tell("DBSIZE") == ":1"

    await asyncio.sleep(0.1)

    assert own_valkey.tell("DBSIZE") == ":0"
    await door.close()


async def test_a_cache_that_is_lost_leaves_each_its_share(own_valkey: OwnValkey) -> None:
    door = CacheDoor(own_valkey.url, connect_seconds=10, answer_seconds=20)
    rates = {"slow": Rate(per_minute=6, burst=20)}
    first, second = (FleetRates(rates, RedisRateCounts(door), processes=4) for _ in range(2))
    assert let_in(first.policies["slow"], ALICE, 15) == 15
    assert let_in(second.policies["slow"], ALICE, 1) == 1
    await first.exchange()
    await second.exchange()
    assert let_in(second.policies["slow"], ALICE, 20) == 4

    own_valkey.kill()
    await second.exchange()

    assert second.is_alone
    assert second.policies["slow"].burst == 5
    assert let_in(second.policies["slow"], ALICE, 1) == 0
    with pytest.raises(CacheDown):
        await RedisRateCounts(door).add([Spent(a_bucket(), 1)])
    await first.close()
    await second.close()
    await door.close()
