"""Tells one subscriber of many events: each on its own, and again only those that failed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Row, text

from adapters.jobs.queue import JobQueue
from adapters.postgres.database import Database
from adapters.postgres.transaction import Job, PostgresTransaction
from application.event_catalogue import revive
from application.shared.scope import SYSTEM
from application.subscriptions import Subscriber

log = structlog.get_logger("tixmo.delivery")

ATTEMPTS_MAX = 8

# By position, because the log has no index on the bare number: all its keys lead with the tenant.
_EVENTS = text(
    """
    select id, type, type_version, position, payload from event_log
    where position = any(:positions) order by position
    """
)


class DeliveryFailed(Exception):
    """The last attempt failed too: the job stays in the queue as failed, to be looked at."""


def pause_after(attempt: int) -> timedelta:
    """5 s after the first attempt, then four times as long each, to 6 h after the seventh."""
    return timedelta(seconds=5 * 4 ** (attempt - 1) * random.uniform(0.9, 1.1))


@dataclass(frozen=True, slots=True)
class Deliver:
    """Raises DeliveryFailed when events still fail at the eighth attempt."""

    database: Database
    jobs: JobQueue
    subscribers: Mapping[str, Subscriber]

    async def __call__(self, subscriber: str, positions: Sequence[int], attempt: int = 1) -> None:
        async with self.database.read(SYSTEM) as connection:
            rows = (await connection.execute(_EVENTS, {"positions": list(positions)})).all()
        failed = [row.position for row in rows if not await self._tell(subscriber, row, attempt)]
        if failed and attempt >= ATTEMPTS_MAX:
            raise DeliveryFailed(f"{subscriber} failed for positions {failed}")
        if failed:
            again = {"subscriber": subscriber, "positions": failed, "attempt": attempt + 1}
            async with self.database.beginner(PostgresTransaction)(SYSTEM) as tx:
                job = Job("deliver", again)
                await self.jobs.defer(tx.connection, [job], after=pause_after(attempt))

    async def _tell(self, subscriber: str, row: Row[Any], attempt: int) -> bool:
        """Whether it worked; a failure is logged here, where it is handled."""
        try:
            call = self.subscribers[subscriber]
            await call(row.id, revive(f"{row.type}.v{row.type_version}", row.payload))
        except Exception as error:
            log.warning(
                "delivery failed",
                subscriber=subscriber,
                event_id=row.id,
                attempt=attempt,
                exc_info=error,
            )
            return False
        return True
