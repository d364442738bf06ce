"""How the system is: what it stands on, asked all at once and never for long."""

import asyncio
from dataclasses import dataclass
from typing import Literal, Protocol

from msgspec import UNSET, UnsetType

from application.shared.messages import View
from domain.shared.errors import Unavailable

ANSWER_SECONDS = 2.0
"""Whatever does not answer by then is down."""
LATE_SECONDS = 60.0
"""Work that has waited so long means that nobody works."""

Verdict = Literal["ok", "degraded", "down"]


class DatabaseHealth(View):
    status: Literal["ok", "down"]
    latency_ms: float | UnsetType = UNSET


class CacheHealth(View):
    status: Literal["ok", "down", "off"]
    latency_ms: float | UnsetType = UNSET


class QueueHealth(View):
    """`lagSeconds` is the age of the oldest work that is due; `waiting` stops counting at 1000."""

    status: Literal["ok", "late", "down"]
    lag_seconds: float | UnsetType = UNSET
    waiting: int | UnsetType = UNSET
    failed: int | UnsetType = UNSET


class HealthChecks(View):
    database: DatabaseHealth
    cache: CacheHealth
    queue: QueueHealth


class HealthView(View):
    status: Verdict
    version: str
    checks: HealthChecks


class DatabasePulse(Protocol):
    # How long an answer took, in milliseconds. Raises Unavailable.
    async def ping(self) -> float: ...

    # Seconds that the oldest due work waits, how much waits (up to 1000), how many jobs failed.
    # Raises Unavailable.
    async def queue(self) -> tuple[float, int, int]: ...


class CachePulse(Protocol):
    @property
    def is_configured(self) -> bool: ...

    # How long an answer took, in milliseconds. Raises Unavailable.
    async def ping(self) -> float: ...


@dataclass(frozen=True, slots=True)
class ReportHealth:
    """Down without the database; degraded without the cache, or when work is left lying."""

    database: DatabasePulse
    cache: CachePulse
    version: str
    answer_seconds: float = ANSWER_SECONDS

    async def __call__(self) -> HealthView:
        database, cache, queue = await asyncio.gather(
            self._database(), self._cache(), self._queue()
        )
        checks = HealthChecks(database=database, cache=cache, queue=queue)
        status: Verdict = "ok"
        if cache.status == "down" or queue.status != "ok":
            status = "degraded"
        if database.status == "down":
            status = "down"
        return HealthView(status=status, version=self.version, checks=checks)

    async def _database(self) -> DatabaseHealth:
        try:
            async with asyncio.timeout(self.answer_seconds):
                return DatabaseHealth(status="ok", latency_ms=await self.database.ping())
        except (Unavailable, TimeoutError):
            return DatabaseHealth(status="down")

    async def _cache(self) -> CacheHealth:
        if not self.cache.is_configured:
            return CacheHealth(status="off")
        try:
            async with asyncio.timeout(self.answer_seconds):
                return CacheHealth(status="ok", latency_ms=await self.cache.ping())
        except (Unavailable, TimeoutError):
            return CacheHealth(status="down")

    async def _queue(self) -> QueueHealth:
        try:
            async with asyncio.timeout(self.answer_seconds):
                lag, waiting, failed = await self.database.queue()
        except (Unavailable, TimeoutError):
            return QueueHealth(status="down")
        return QueueHealth(
            status="late" if lag > LATE_SECONDS else "ok",
            lag_seconds=round(lag, 3),
            waiting=waiting,
            failed=failed,
        )
