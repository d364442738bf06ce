"""`tixmo demo`, as a newcomer runs it: starts, stops, keeps its data, leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.embedded.machine import poll, processes_on
from tests.adapters.embedded.test_servers import server_pids
from tests.entrypoints.cli.test_commands import tixmo
from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.e2e
READY_SECONDS = 60
"""For the first start, on a busy machine."""


def free_port() -> int:
    [port] = free_ports(1)
    return port


@contextmanager
def a_demo(home: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """Ready when the block begins; killed at its end if it still runs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIXMO_")}
    process = subprocess.Popen(
        (sys.executable, "-m", "entrypoints.cli.main", "demo"),
        cwd=ROOT,
        env={**kept, "TIXMO_HOME": str(home), "TIXMO_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = ""
        deadline = time.monotonic() + READY_SECONDS
        for line in process.stdout:
            said += line
            if line.startswith("Ctrl-C"):
                break
            assert time.monotonic() < deadline, said
        assert "Tixmo is ready" in said, said
        assert "Password123!" in said
        yield process
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def health(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def test_the_demo_runs_stops_and_starts_again_with_its_data(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    with a_demo(home, port) as process:
        first = health(port)
        process.send_signal(signal.SIGTERM)
        code = process.wait(15)
    left_after_stop = processes_on(home)

    started = time.monotonic()
    with a_demo(home, port) as process:
        seconds = time.monotonic() - started
        second = health(port)
        servers = processes_on(home)
        process.kill()
        process.wait(10)
        everything_ended = poll(lambda: not processes_on(home), seconds=10)

    assert (first["status"], second["status"]) == ("ok", "ok")
    assert code == 0
    assert left_after_stop == []
    assert seconds < 5 * max(1.0, (os.getloadavg()[0] or 0) / (os.cpu_count() or 1))
    assert servers
    assert everything_ended


def test_a_server_that_dies_is_started_again(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()

    with a_demo(home, port):
        for pid in processes_on(home):
            os.kill(pid, signal.SIGKILL)
        noticed = poll(lambda: not _is_well(port))
        back = poll(lambda: _is_well(port), 20)

    assert (noticed, back) == (True, True)


def test_the_cache_dies_and_the_database_goes_on(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()

    with a_demo(home, port):
        postgres, valkey = server_pids(home)
        os.kill(valkey, signal.SIGKILL)
        died = poll(lambda: valkey not in processes_on(home))
        back = poll(lambda: _runs_valkey(home) and _is_well(port), 20)
        pids = server_pids(home)

    assert (died, back) == (True, True)
    assert pids[0] == postgres
    assert pids[1] != valkey


@pytest.mark.parametrize("words", [("stock",), ("stock", "--json"), ("invariants",), ()])
def test_a_doctor_finds_no_demo_where_none_runs(tmp_path: Path, words: tuple[str, ...]) -> None:
    answer = tixmo("doctor", *words, TIXMO_HOME=str(tmp_path))

    assert answer.returncode == 2
    for word in ("TIXMO_DATABASE_URL", "make demo", str(tmp_path)):
        assert word in answer.stderr


def test_the_doctors_examine_a_demo_that_runs(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    repair = ("stock", "--repair", "--because", "the backup of Monday")

    with a_demo(home, port):
        answers = [
            tixmo("doctor", *words, TIXMO_HOME=str(home))
            for words in ((), ("stock",), ("stock", "--json"), repair, ("invariants",))
        ]
        still_well = _is_well(port)

    assert [answer.returncode for answer in answers] == [0] * 5, answers
    assert "No drift" in answers[1].stdout
    assert json.loads(answers[2].stdout) == {"drift": [], "repairs": []}
    assert still_well


def _runs_valkey(home: Path) -> bool:
    said = (home / "valkey" / "valkey.pid").read_text().strip()  # Empty while it is written.
    return said.isdigit() and int(said) in processes_on(home)


def _is_well(port: int) -> bool:
    try:
        return bool(health(port)["status"] == "ok")
    except OSError:
        return False
