"""Copies are young, read once for everybody, and the last resort when nothing can be read."""

import asyncio
from datetime import datetime, timedelta

import pytest

from application.shared.fresh_copies import FreshCopies
from application.shared.transaction import Contention, DatabaseDown
from domain.shared.errors import Unavailable
from tests.conftest import VirtualClock


class Source:
    """Counts its readings, and can be made to wait or to fail."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.readings: list[str] = []
        self.says = "one"
        self.fails: Exception | None = None
        self.edge: datetime | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def read(self, key: str) -> str:
        self.readings.append(key)
        said = self.says
        await self.open.wait()
        if self.fails is not None:
            raise self.fails
        return said

    def copies(self, keys_max: int = 10) -> FreshCopies[str, str]:
        return FreshCopies(
            self.read,
            self.clock,
            right_until=lambda _: self.edge,
            keys_max=keys_max,
            wait_seconds=0.01,
            reading_seconds=0.05,
        )


@pytest.fixture
def source(clock: VirtualClock) -> Source:
    return Source(clock)


async def settled() -> None:
    """What is under way goes as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


def later(source: Source, seconds: float) -> None:
    source.clock.advance(timedelta(seconds=seconds))


async def test_a_crowd_is_one_reading(source: Source) -> None:
    copies = source.copies()

    seen = await asyncio.gather(*(copies.get("a") for _ in range(100)))

    assert set(seen) == {("one", 0)}
    assert source.readings == ["a"]


async def test_a_copy_lives_a_second(source: Source) -> None:
    copies = source.copies()
    await copies.get("a")
    source.says = "two"

    later(source, 0.999)
    young = await copies.get("a")
    await settled()

    assert young == ("one", 0)
    assert source.readings == ["a"]


async def test_an_older_copy_is_renewed_while_it_is_served(source: Source) -> None:
    copies = source.copies()
    await copies.get("a")
    source.says = "two"
    later(source, 1.5)
    source.open.clear()

    old = await asyncio.gather(*(copies.get("a") for _ in range(10)))
    source.open.set()
    await settled()

    assert set(old) == {("one", 1)}
    assert await copies.get("a") == ("two", 0)
    assert source.readings == ["a", "a"]


async def test_nobody_is_served_what_is_two_seconds_old(source: Source) -> None:
    copies = source.copies()
    await copies.get("a")
    source.says = "two"
    later(source, 2)

    assert await copies.get("a") == ("two", 0)


async def test_a_copy_ends_at_its_edge(source: Source) -> None:
    source.edge = source.clock.now + timedelta(seconds=0.3)
    copies = source.copies()
    await copies.get("a")
    source.edge, source.says = None, "two"

    later(source, 0.299)
    before = await copies.get("a")
    later(source, 0.001)
    after = await asyncio.gather(*(copies.get("a") for _ in range(10)))

    assert before == ("one", 0)
    assert set(after) == {("two", 0)}
    assert source.readings == ["a", "a"]


async def test_a_clock_set_back_makes_nothing_younger(source: Source) -> None:
    copies = source.copies()
    await copies.get("a")
    source.says = "two"

    later(source, -3600)

    assert await copies.get("a") == ("two", 0)


async def test_what_was_changed_is_read_anew_even_while_it_is_read(source: Source) -> None:
    copies = source.copies()
    source.open.clear()
    early = asyncio.create_task(copies.get("a"))
    await settled()
    source.says = "two"

    copies.forget("a")
    late = asyncio.create_task(copies.get("a"))
    await settled()
    source.open.set()

    assert await early == ("one", 0)
    assert await late == ("two", 0)
    assert await copies.get("a") == ("two", 0)


async def test_only_so_many_are_kept_and_the_busy_ones_stay(source: Source) -> None:
    copies = source.copies(keys_max=2)
    for key in ("hot", "a", "hot", "b", "hot", "c", "hot", "a"):
        await copies.get(key)

    assert source.readings == ["hot", "a", "b", "c", "a"]


@pytest.mark.parametrize("fails", [DatabaseDown(), Contention()])
async def test_the_last_resort_is_up_to_a_minute_old(source: Source, fails: Exception) -> None:
    copies = source.copies()
    await copies.get("a")
    source.fails = fails

    later(source, 59)
    seen = await copies.get("a")
    later(source, 1)

    assert seen == ("one", 59)
    with pytest.raises(type(fails)):
        await copies.get("a")


async def test_without_a_copy_the_failure_is_everybodys(source: Source) -> None:
    copies = source.copies()
    source.fails = DatabaseDown()

    seen = await asyncio.gather(*(copies.get("a") for _ in range(10)), return_exceptions=True)

    assert all(isinstance(one, DatabaseDown) for one in seen)
    assert source.readings == ["a"]


async def test_a_failure_is_tried_again_once_a_second(source: Source) -> None:
    copies = source.copies()
    await copies.get("a")
    source.fails = DatabaseDown()
    later(source, 10)

    for _ in range(4):
        await copies.get("a")
        await copies.get("a")
        later(source, 0.5)

    assert len(source.readings) == 1 + 2


async def test_it_is_fresh_again_as_soon_as_it_can_be_read(source: Source) -> None:
    copies = source.copies()
    await copies.get("a")
    source.fails = DatabaseDown()
    later(source, 10)
    await copies.get("a")
    source.fails, source.says = None, "two"

    later(source, 1)

    assert await copies.get("a") == ("two", 0)


async def test_nobody_waits_long_for_a_reading_that_hangs(source: Source) -> None:
    copies = source.copies()
    await copies.get("a")
    source.open.clear()
    source.says = "two"
    later(source, 5)

    first = await copies.get("a")
    later(source, 5)
    waits = asyncio.create_task(copies.get("a"))
    await settled()
    second = waits.result()  # Nobody waits twice for the same reading.
    source.open.set()
    await settled()

    assert (first, second) == (("one", 5), ("one", 10))
    assert source.readings == ["a", "a"]
    later(source, -5)
    assert await copies.get("a") == ("two", 0)


async def test_a_reading_that_never_ends_has_failed(source: Source) -> None:
    copies = source.copies()
    source.open.clear()

    with pytest.raises(Unavailable):
        await copies.get("a")
    source.open.set()
    later(source, 1)

    assert await copies.get("a") == ("one", 0)


async def test_a_mistake_is_not_covered_by_an_old_copy(source: Source) -> None:
    copies = source.copies()
    await copies.get("a")
    source.fails = TypeError("a mistake")
    later(source, 5)

    with pytest.raises(TypeError):
        await copies.get("a")


async def test_who_leaves_does_not_take_the_reading_with_them(source: Source) -> None:
    copies = source.copies()
    source.open.clear()
    leaves = asyncio.create_task(copies.get("a"))
    stays = asyncio.create_task(copies.get("a"))
    await settled()

    leaves.cancel()
    await settled()
    source.open.set()

    assert await stays == ("one", 0)
    assert source.readings == ["a"]


async def test_closing_ends_what_is_under_way(source: Source) -> None:
    copies = source.copies()
    source.open.clear()
    waits = asyncio.create_task(copies.get("a"))
    await settled()

    await copies.close()

    with pytest.raises(Exception, match="depend on"):
        await waits
