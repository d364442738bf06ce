"""Everything that runs while it is measured, as in production; it ends with this process."""

import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

from adapters.embedded.footing import Footing
from adapters.embedded.processes import Child, Keeper, Program
from adapters.embedded.servers import EmbeddedServers
from adapters.postgres.migrations.migrate import migrate
from tests.bench.machine import cpu_seconds
from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
RATE_MULTIPLIER = 1_000_000
"""The limits count as ever, and stop nobody."""
GUESSES_PER_NETWORK = 10_000


@dataclass(frozen=True)
class House:
    """Where everything answers, and what it used."""

    home: Path
    superuser_url: str
    api_port: int
    hello_port: int
    api_pid: int
    postgres_pid: int

    def api_cpu(self) -> float | None:
        return cpu_seconds(self.api_pid)

    def postgres_cpu(self) -> float | None:
        return cpu_seconds(self.postgres_pid)


@contextmanager
def a_house(**more: str) -> Iterator[House]:
    """PostgreSQL (durable), Valkey, the API and the bare hello, on an empty schema; with `more`
    settings.
    """
    with (
        tempfile.TemporaryDirectory(prefix="tixmo-bench-", ignore_cleanup_errors=True) as folder,
        EmbeddedServers(Path(folder) / "home", durable=True) as addresses,
    ):
        home = Path(folder) / "home"
        migrate(addresses.owner_database_url)
        api_port, hello_port = free_ports(2)
        settings = {
            "TIXMO_HOME": str(home),
            "TIXMO_PORT": str(api_port),
            "TIXMO_DATABASE_URL": addresses.database_url,
            "TIXMO_REDIS_URL": addresses.redis_url,
            "TIXMO_RATE_MULTIPLIER": str(RATE_MULTIPLIER),
            "TIXMO_GUESSES_PER_NETWORK": str(GUESSES_PER_NETWORK),
            **more,
        }
        keeper = Keeper(Footing.SAME_USER)
        try:
            serve = ("entrypoints.cli.main", "serve", "--workers", "1")
            api = keeper.launch(_program(home, "API", serve, settings))
            greet = ("tests.bench.hello", str(hello_port))
            hello = keeper.launch(_program(home, "hello", greet, {}))
            _wait(api, f"http://127.0.0.1:{api_port}/health")
            _wait(hello, f"http://127.0.0.1:{hello_port}/hello")
            postmaster = (home / "postgres" / "postmaster.pid").read_text().split()[0]
            yield House(
                home,
                addresses.superuser_url,
                api_port,
                hello_port,
                api.process.pid,
                int(postmaster),
            )
        finally:
            keeper.stop()


def _program(home: Path, name: str, words: tuple[str, ...], environment: dict[str, str]) -> Program:
    return Program(
        name=name,
        command=(sys.executable, "-m", *words),
        log=home / "log" / f"{name}.log",
        stop_signal=SIGTERM,
        force_signal=SIGKILL,
        environment={"PYTHONPATH": str(ROOT), **environment},
    )


def _wait(server: Child, address: str) -> None:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    server.wait_until(answers)
