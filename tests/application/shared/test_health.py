"""The health report: what is lost with each part, and that asking never takes long."""

import asyncio
from dataclasses import dataclass

import pytest

from application.shared.health import HealthView, ReportHealth
from application.shared.transaction import DatabaseDown
from domain.shared.errors import Unavailable


@dataclass
class Part:
    """A database and a cache at once, in whatever state the test wants."""

    failure: Exception | None = None
    is_configured: bool = True
    lag: float = 0.0
    failed: int = 0
    pause_seconds: float = 0.0

    async def ping(self) -> float:
        await asyncio.sleep(self.pause_seconds)
        if self.failure:
            raise self.failure
        return 1.5

    async def queue(self) -> tuple[float, int, int]:
        await self.ping()
        return self.lag, 3, self.failed


async def report(database: Part | None = None, cache: Part | None = None) -> HealthView:
    database, cache = database or Part(), cache or Part()
    return await ReportHealth(database, cache, "1.2.3", answer_seconds=0.05)()


async def test_all_is_well_when_everything_answers() -> None:
    health = await report()

    assert (health.status, health.version) == ("ok", "1.2.3")
    assert health.checks.database.latency_ms == 1.5
    assert health.checks.queue.waiting == 3


async def test_without_the_database_the_system_is_down() -> None:
    health = await report(database=Part(failure=DatabaseDown()))

    assert health.status == "down"
    assert health.checks.queue.status == "down"


async def test_a_database_that_does_not_answer_in_time_is_down() -> None:
    async with asyncio.timeout(1):
        health = await report(database=Part(pause_seconds=60))

    assert health.status == "down"


async def test_without_the_cache_the_system_is_degraded() -> None:
    health = await report(cache=Part(failure=Unavailable()))

    assert (health.status, health.checks.cache.status) == ("degraded", "down")


async def test_a_cache_that_nobody_wanted_is_off_and_not_missed() -> None:
    health = await report(cache=Part(failure=Unavailable(), is_configured=False))

    assert (health.status, health.checks.cache.status) == ("ok", "off")


@pytest.mark.parametrize(("lag", "status"), [(59.0, "ok"), (61.0, "degraded")])
async def test_work_that_nobody_does_for_a_minute_is_noticed(lag: float, status: str) -> None:
    health = await report(database=Part(lag=lag))

    assert health.status == status


async def test_failed_jobs_are_counted_and_leave_the_service_ready() -> None:
    health = await report(database=Part(failed=2))

    assert (health.status, health.checks.queue.failed) == ("ok", 2)
