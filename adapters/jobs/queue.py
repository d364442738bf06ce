"""Procrastinate as the job queue: a job shares the commit of who wants it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

import msgspec
from procrastinate import App, PsycopgConnector
from sqlalchemy.ext.asyncio import AsyncConnection

_SIZE_MAX = 4


class Queue(StrEnum):
    """The lanes of the queue. Each has its own workers, so that slow mail never delays money."""

    MONEY = "money"
    MAIL = "mail"

    @property
    def priority(self) -> int:
        """Larger goes first, should one worker ever serve both."""
        return 10 if self is Queue.MONEY else 0


class WaitingJob(Protocol):
    """Work for later, as a transaction collected it."""

    @property
    def name(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, Any]: ...


def queue_of(job: WaitingJob) -> Queue:
    """Messages to people may wait; everything else moves money, stock or the log."""
    return lane_of(str(job.arguments.get("subscriber", job.name)))


def lane_of(name: str) -> Queue:
    """The lane of a subscriber or use case, by its context."""
    return Queue.MAIL if name.startswith("messaging.") else Queue.MONEY


def make_app(conninfo: str) -> App:
    """A queue of its own connections, which are opened by a worker only."""
    return App(
        connector=PsycopgConnector(
            conninfo=conninfo,
            min_size=1,
            max_size=_SIZE_MAX,
            kwargs={"connect_timeout": 5, "application_name": "tixmo jobs"},
        )
    )


class JobQueue:
    """Writes jobs by name; the worker registers the tasks of those names.

    It needs no connection of its own, so nothing has to be opened before a job is deferred.
    """

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self._app = make_app(conninfo)

    async def defer(
        self,
        connection: AsyncConnection,
        jobs: Sequence[WaitingJob],
        *,
        after: timedelta | None = None,
    ) -> None:
        """One statement per job name and queue, on this connection, inside its transaction.

        Raises TypeError for arguments that JSON cannot hold, before anything is written.
        """
        batches: dict[tuple[str, Queue], list[dict[str, Any]]] = {}
        for job in jobs:
            arguments = msgspec.to_builtins(dict(job.arguments), str_keys=True)
            batches.setdefault((job.name, queue_of(job)), []).append(arguments)
        if batches and not connection.in_transaction():
            # The driver would begin one behind SQLAlchemy's back, which then would not commit it.
            await connection.begin()
        raw = (await connection.get_raw_connection()).driver_connection
        for (name, queue), arguments_of_each in batches.items():
            deferrer = self._app.configure_task(
                name,
                connection=raw,
                queue=queue,
                priority=queue.priority,
                schedule_in={"seconds": round(after.total_seconds())} if after else None,
            )
            await deferrer.batch_defer_async(*arguments_of_each)
