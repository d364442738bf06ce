"""Everything that is about to be killed: API processes, a worker, PostgreSQL and Valkey."""

import asyncio
import os
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

import psycopg

from adapters.embedded.footing import Footing
from adapters.embedded.processes import Child, Keeper, Program
from adapters.embedded.servers import EmbeddedAddresses, EmbeddedServers
from adapters.postgres.migrations.migrate import migrate
from tests.chaos.api import HOLD_SECONDS, SABOTEUR
from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
POOL = 3
"""Connections of each API process: fewer than there are clients."""


@dataclass(frozen=True)
class Plan:
    """How long and how hard it storms."""

    seconds: float = 20.0
    apis: int = 2
    clients: int = 12
    capacity: int = 150
    hold_seconds: float = 4.0
    """After which an order that nobody paid is over."""
    seconds_between_kills: float = 3.0
    kills: bool = True
    saboteur: str = ""


class Town:
    """Processes by name; each can be killed and is started again."""

    def __init__(self, home: Path, addresses: EmbeddedAddresses, plan: Plan) -> None:
        self.addresses = addresses
        self.ports = free_ports(plan.apis)
        self._home = home
        self._keeper = Keeper(Footing.SAME_USER)
        self._programs = {f"api{n}": self._api(n, port, plan) for n, port in enumerate(self.ports)}
        self._programs["worker"] = self._worker()
        self._children: dict[str, Child] = {}

    @property
    def names(self) -> list[str]:
        return list(self._programs)

    def open(self) -> None:
        for name in self._programs:
            self._children[name] = self._keeper.launch(self._programs[name])
        for port in self.ports:
            self._children["api0"].wait_until(lambda port=port: answers(port))  # type: ignore[misc]  # Binds now.

    def kill(self, name: str) -> None:
        """With -9; a new one takes its place at once, as a supervisor would see to."""
        child = self._children.pop(name)
        child.process.kill()
        child.process.wait()
        self._children[name] = self._keeper.launch(self._programs[name])

    def revive(self) -> list[str]:
        """Start again what ended by itself, as a supervisor would; answers what that was."""
        dead = [
            name for name, child in list(self._children.items()) if child.process.poll() is not None
        ]
        for name in dead:
            self._children[name] = self._keeper.launch(self._programs[name])
        return dead

    def ask_to_end(self, name: str) -> None:
        """As a deploy does; until it has ended."""
        child = self._children[name]
        child.ask_to_stop()
        child.wait_stopped()

    async def recover(self) -> None:
        """Until every API process answers again."""
        async with asyncio.timeout(60):
            for port in self.ports:
                while not await asyncio.to_thread(answers, port):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)  # A dead process rings no bell.

    def close(self) -> None:
        self._keeper.stop()

    def _api(self, number: int, port: int, plan: Plan) -> Program:
        return self._program(
            f"api{number}",
            "tests.chaos.api",
            {
                "TIXMO_PORT": str(port),
                HOLD_SECONDS: str(plan.hold_seconds),
                SABOTEUR: plan.saboteur,
            },
        )

    def _worker(self) -> Program:
        return self._program("worker", "entrypoints.cli.main", {}, "worker")

    def _program(self, name: str, module: str, environment: dict[str, str], *words: str) -> Program:
        return Program(
            name=name,
            command=(sys.executable, "-m", module, *words),
            log=self._home / "log" / f"{name}.log",
            stop_signal=SIGTERM,
            force_signal=SIGKILL,
            environment={
                "PYTHONPATH": str(ROOT),
                "TIXMO_HOME": str(self._home),
                "TIXMO_DATABASE_URL": self.addresses.database_url,
                "TIXMO_DATABASE_POOL": str(POOL),
                "TIXMO_REDIS_URL": self.addresses.redis_url,
                "TIXMO_PASSWORD_COST": "low",
                "TIXMO_RATE_MULTIPLIER": "1000000",  # A storm from one address.
                "TIXMO_LOG_LEVEL": "warning",
                **environment,
            },
        )


@contextmanager
def a_town(plan: Plan) -> Iterator[Town]:
    """An empty schema, and nobody on the streets yet."""
    with (
        tempfile.TemporaryDirectory(prefix="tixmo-chaos-", ignore_cleanup_errors=True) as folder,
        EmbeddedServers(Path(folder) / "home", durable=True) as addresses,
    ):
        migrate(addresses.owner_database_url)
        if plan.saboteur:
            _take_away_the_wall(addresses)
        town = Town(Path(folder) / "home", addresses, plan)
        try:
            town.open()
            yield town
        finally:
            town.close()


def kill_a_backend(addresses: EmbeddedAddresses, *, politely: bool) -> int:
    """End one of the application's sessions; -9 makes PostgreSQL throw everybody out. Its pid."""
    url = addresses.superuser_url.replace("/postgres?", "/tixmo?")
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        row = connection.execute(
            "select pid from pg_stat_activity where usename = 'tixmo_app' order by random() limit 1"
        ).fetchone()
        if row is None:
            return 0
        if politely:
            connection.execute("select pg_terminate_backend(%s)", [row[0]])
            return int(row[0])
    with suppress(ProcessLookupError):
        os.kill(row[0], SIGKILL)
    return int(row[0])


def answers(port: int) -> bool:
    try:
        url = f"http://127.0.0.1:{port}/health"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _take_away_the_wall(addresses: EmbeddedAddresses) -> None:
    with psycopg.connect(addresses.owner_database_url, autocommit=True) as connection:
        connection.execute(
            "alter table allotment_counters drop constraint allotment_counters_never_oversold"
        )
