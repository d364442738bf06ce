"""Procrastinate as the job queue: a job is written on the caller's connection and shares its commit."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from procrastinate import App, PsycopgConnector
from sqlalchemy.ext.asyncio import AsyncConnection


class WaitingJob(Protocol):
    """Work for later, as a transaction collected it."""

    @property
    def name(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, Any]: ...


class JobQueue:
    """Writes jobs by name; the worker registers the tasks of those names."""

    def __init__(self, conninfo: str) -> None:
        self.app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))

    async def defer(self, connection: AsyncConnection, jobs: Sequence[WaitingJob]) -> None:
        """One statement per job name, on this connection, inside its transaction."""
        raw = (await connection.get_raw_connection()).driver_connection
        for name in dict.fromkeys(job.name for job in jobs):
            task = self.app.configure_task(name, connection=raw)
            await task.batch_defer_async(*(dict(job.arguments) for job in jobs if job.name == name))
