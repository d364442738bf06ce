"""The worker as a process of its own: stops gracefully at Ctrl-C and SIGTERM."""

import asyncio
import signal

import uvloop

from entrypoints.cli.given import given_settings, refuse_unbound_role
from entrypoints.container import make_container, running
from entrypoints.logging import configure_logging
from entrypoints.settings import Settings
from entrypoints.worker.worker import run_worker


def work() -> None:
    settings = given_settings()
    configure_logging(settings)
    uvloop.run(_work(settings))


async def _work(settings: Settings) -> None:
    await refuse_unbound_role(settings)
    stop = stop_at_signals()
    async with running(make_container(settings)) as container:
        await run_worker(container, stop)


def stop_at_signals() -> asyncio.Event:
    """Set at the first Ctrl-C or SIGTERM; a second one ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask, number)
    return stop
