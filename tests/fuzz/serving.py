"""The API as a process of its own, on a worker's database."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.ports import free_ports


@contextmanager
def serving(database_url: str, redis_url: str, home: Path) -> Iterator[str]:
    """Its address, once it is healthy; stopped at the end."""
    [port] = free_ports(1)
    environment = {name: value for name, value in os.environ.items() if "TIXMO" not in name} | {
        "TIXMO_ENV": "test",
        "TIXMO_HOME": str(home),
        "TIXMO_DATABASE_URL": database_url,
        "TIXMO_REDIS_URL": redis_url,
        "TIXMO_PORT": str(port),
        "TIXMO_PASSWORD_COST": "low",
        "TIXMO_RATE_MULTIPLIER": "1000000",
        "TIXMO_LOG_LEVEL": "warning",
    }
    log = home / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "entrypoints.cli.main", "serve"],
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, process, log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{address}/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"The API did not start:\n{log.read_text()}")
