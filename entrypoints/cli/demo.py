"""The whole product in one process, with its own servers as children that cannot outlive it."""

import asyncio
import signal
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import psycopg
import rich_click as click
import uvloop
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from adapters.embedded.servers import EmbeddedServers, EmbeddedServersError
from adapters.postgres.migrations.migrate import migrate
from entrypoints.cli.given import any_settings, refuse_taken_port, with_embedded
from entrypoints.cli.refusal import Refusal
from entrypoints.cli.serve import HTTP1
from entrypoints.cli.work import stop_at_signals
from entrypoints.container import Container, make_container
from entrypoints.http.app import create_app
from entrypoints.logging import configure_logging
from entrypoints.settings import Settings
from entrypoints.worker.worker import run_worker
from seeding.report import SeedOutcome
from seeding.world import seed

READY_SECONDS = 20.0
LOGINS = (
    ("admin@tixmo.com", "runs the platform"),
    ("promoter@starlight.com", "sells events"),
    ("customer1@example.com", "buys tickets"),
    ("scanner@venue.com", "checks them at the door"),
)
PASSWORD = "Password123!"  # noqa: S105 - of the demo, and printed by it.


def demo() -> int:
    """Runs until Ctrl-C or SIGTERM. Raises Refusal."""
    settings = any_settings()
    if settings.env == "production":
        raise Refusal("The demo has known passwords: it does not run in production.", exit_code=2)
    refuse_taken_port(settings.host, settings.port)
    signal.signal(signal.SIGTERM, _interrupt)  # Until the event loop takes over.
    try:
        with ExitStack() as stack:
            settings, servers = _with_servers(settings, stack)
            log = _log_of(settings)
            log.parent.mkdir(parents=True, exist_ok=True)
            configure_logging(settings, stream=stack.enter_context(log.open("a", buffering=1)))
            migrate(settings.owner_database_url or settings.database_url)
            return uvloop.run(_run(settings, servers))
    except EmbeddedServersError as error:
        raise Refusal(str(error)) from error
    except KeyboardInterrupt:
        return 130


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _with_servers(settings: Settings, stack: ExitStack) -> tuple[Settings, EmbeddedServers | None]:
    """The given database, or our own, which ends with the stack."""
    if not settings.is_embedded:
        return settings, None
    click.echo("Starting PostgreSQL and Valkey ...")
    servers = EmbeddedServers(settings.home)
    addresses = stack.enter_context(servers)
    return with_embedded(settings, addresses), servers


async def _supervise(servers: EmbeddedServers | None) -> None:
    """A server that died is started again; one that does not start ends the demo."""
    while servers is not None:
        await asyncio.sleep(1)
        if not servers.all_run:
            click.echo("A server has died: starting it again ...")
            await asyncio.to_thread(servers.start)
    await asyncio.Event().wait()


async def _run(settings: Settings, servers: EmbeddedServers | None) -> int:
    stop = stop_at_signals()
    stopping = asyncio.create_task(stop.wait())
    seeding = asyncio.create_task(_seeded(settings, own=servers is not None))
    await asyncio.wait({seeding, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        return await _abandoned(seeding)
    container = seeding.result()
    server = Server(
        create_app(container),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        websockets=False,
        http1_settings=HTTP1,
        log_level=LogLevels.error,
    )
    worker_stop = asyncio.Event()
    serving = asyncio.create_task(server.serve())
    working = asyncio.create_task(run_worker(container, worker_stop))
    supervising = asyncio.create_task(_supervise(servers))
    try:
        parts = {serving, working, stopping, supervising}
        healthy = asyncio.create_task(_until_healthy(settings))
        await asyncio.wait({healthy, *parts}, return_when=asyncio.FIRST_COMPLETED)
        if healthy.done():
            healthy.result()
            _welcome(settings)
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        else:
            await _abandoned(healthy)
        return 0 if stop.is_set() else 1
    finally:
        click.echo("Stopping ...")
        supervising.cancel()
        worker_stop.set()
        try:
            await working  # Before the server, whose end closes the pool of both.
        finally:
            server.stop()  # type: ignore[no-untyped-call]  # granian does not say.
            await serving


async def _abandoned(task: "asyncio.Task[Any]") -> int:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return 130


async def _seeded(settings: Settings, *, own: bool) -> Container:
    """A container on the demo world, which is made if it is missing.

    A database of our own in which an earlier seeding was interrupted has nothing to keep.
    """
    container = make_container(settings)
    report = await seed(container)
    if report.outcome is SeedOutcome.INTERRUPTED and own:
        click.echo("An earlier seeding was interrupted: starting with an empty database ...")
        await container.core.engine().dispose()
        await asyncio.to_thread(_empty, settings)
        container = make_container(settings)
        report = await seed(container)
    if report.outcome is not SeedOutcome.ALREADY_THERE:
        click.echo(str(msgspec.structs.replace(report, logins=())))
    return container


def _empty(settings: Settings) -> None:
    with psycopg.connect(settings.owner_database_url) as connection:
        connection.execute("drop schema public cascade")
        connection.execute("create schema public")
    migrate(settings.owner_database_url)


async def _until_healthy(settings: Settings) -> None:
    """Ask as a client would. Raises Refusal after 20 s."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            while not await _answers_well(settings):  # noqa: ASYNC110 - nobody could tell us.
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise Refusal(
            f"Not healthy after {READY_SECONDS:.0f} s; see {_log_of(settings)}."
        ) from error


async def _answers_well(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    with suppress(OSError):
        reader, writer = await asyncio.open_connection(host, settings.port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        return answer.startswith(b"HTTP/1.1 200") and b'"status":"ok"' in answer
    return False


def _log_of(settings: Settings) -> Path:
    return settings.home / "log" / "tixmo.log"


def _welcome(settings: Settings) -> None:
    address = settings.address
    mail = settings.home / "mail" if settings.mail == "folder" else settings.mail
    width = max(len(login) for login, _ in LOGINS)
    lines = [
        "",
        f"Tixmo is ready at {address}",
        "",
        f"  API docs   {address}/api/v1/docs",
        f"  health     {address}/health",
        f"  mail       {mail}",
        f"  log        {_log_of(settings)}",
        "",
        f"Sign in with the password {PASSWORD} as",
        *(f"  {login:<{width}}  {who}" for login, who in LOGINS),
        "",
        "A first look:",
        f"  curl -s '{address}/api/v1/events?limit=3'",
        "",
        "Ctrl-C stops everything; the data stays.",
    ]
    click.echo("\n".join(lines))
