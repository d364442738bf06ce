"""The worker: the sealer, and the two lanes of the queue. Stops gracefully, survives an outage."""

import asyncio
from contextlib import suppress

import psycopg
import structlog
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout

from adapters.jobs.queue import Queue
from adapters.postgres.sealer import Sealer
from entrypoints.container import Container
from entrypoints.worker.tasks import STALLED_SECONDS, make_apps

log = structlog.get_logger("tixmo.worker")

LANE_JOBS_AT_ONCE = 4
STOP_SECONDS = 10.0
"""How long running jobs may take to end; what then still runs is done again by the next worker."""
OUTAGE_SECONDS = 2.0


async def run_worker(container: Container, stop: asyncio.Event) -> None:
    """Work until `stop` is set. Any number of these may run on one database."""
    apps = make_apps(container)
    async with asyncio.TaskGroup() as group:
        group.create_task(Sealer(container.core.database()).run(stop))
        for queue, app in apps.items():
            group.create_task(_serve(app, queue, stop))


async def _serve(app: App, queue: Queue, stop: asyncio.Event) -> None:
    """One lane, begun again after an outage of the database."""
    while not stop.is_set():
        try:
            async with app.open_async():
                await _until(
                    stop,
                    asyncio.create_task(
                        app.run_worker_async(
                            queues=[queue.value],
                            name=queue.value,
                            concurrency=LANE_JOBS_AT_ONCE,
                            install_signal_handlers=False,
                            delete_jobs="successful",
                            shutdown_graceful_timeout=STOP_SECONDS,
                            stalled_worker_timeout=STALLED_SECONDS,
                        )
                    ),
                )
        except (ConnectorException, PoolTimeout, psycopg.Error, OSError) as error:
            log.warning("lane interrupted", queue=queue.value, reason=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), OUTAGE_SECONDS)


async def _until(stop: asyncio.Event, running: "asyncio.Task[None]") -> None:
    """Let it run until told to stop; procrastinate takes a cancellation as a polite request."""
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
