"""The API and the worker as processes of their own, on servers that are given."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import psycopg
import pytest

from tests.adapters.embedded.machine import poll

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.e2e


@pytest.fixture
def environment(postgres_url: str, redis_url: str, tmp_path: Path, emptied: None) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIXMO_")}
    return {
        **kept,
        "TIXMO_HOME": str(tmp_path),
        "TIXMO_PORT": str(port),
        "TIXMO_DATABASE_URL": postgres_url,
        "TIXMO_REDIS_URL": redis_url,
    }


@contextmanager
def running(environment: dict[str, str], command: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        (sys.executable, "-m", "entrypoints.cli.main", command),
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


def answers(environment: dict[str, str]) -> bool:
    try:
        url = f"http://127.0.0.1:{environment['TIXMO_PORT']}/health"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False


def test_the_api_serves_until_it_is_asked_to_stop(environment: dict[str, str]) -> None:
    with running(environment, "serve") as process:
        served = poll(lambda: answers(environment), seconds=30)
        process.send_signal(signal.SIGTERM)
        code = process.wait(15)

    assert served
    assert code == 0
    assert not answers(environment)


def test_the_api_dies_whole(environment: dict[str, str]) -> None:
    with running(environment, "serve") as process:
        served = poll(lambda: answers(environment), seconds=30)
        process.kill()
        process.wait(10)
        ended = poll(lambda: not answers(environment), seconds=10)

    assert served
    assert ended


def test_the_worker_works_until_it_is_asked_to_stop(
    environment: dict[str, str], postgres_url: str
) -> None:
    def lanes() -> int:
        with psycopg.connect(postgres_url) as connection:
            row = connection.execute("select count(*) from procrastinate_workers").fetchone()
            return int(row[0]) if row else 0

    with running(environment, "worker") as process:
        worked = poll(lambda: lanes() == 2, seconds=30)
        process.send_signal(signal.SIGTERM)
        code = process.wait(15)

    assert worked
    assert code == 0
    assert lanes() == 0
