"""What the tests of the embedded servers ask of the machine."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[3]


def processes_on(folder: Path) -> list[int]:
    """Return the pids of servers that live in the folder (zombies do not)."""
    if sys.platform != "linux":
        listed = subprocess.run(
            ("ps", "-Aww", "-o", "pid=,command="), capture_output=True, check=True
        )
        lines = [line.split(None, 1) for line in listed.stdout.decode().splitlines()]
        return [int(pid) for pid, command in lines if f"{folder}/" in command]
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            words = place = ""
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
                place = os.readlink(entry / "cwd")  # Closed to root in most containers.
            # The sessions and workers of PostgreSQL show no folder, but stand in it.
            if f"{folder}/" in f"{words}/" or f"{place}/".startswith(f"{folder}/"):
                found.append(int(entry.name))
    return found


def poll(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Return whether the condition came true within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


HOLD = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # A job in the background has none.
from pathlib import Path
from adapters.embedded import processes
from adapters.embedded.servers import EmbeddedServers
if "unwatched" in sys.argv:
    processes.parent_death_signal = lambda program: 0
try:
    servers = EmbeddedServers(Path(sys.argv[1]), durable=False)
    print(servers.start().superuser_url, flush=True)
    if "leave" not in sys.argv:
        while True:
            signal.pause()
except KeyboardInterrupt:
    servers.stop()
"""


def hold(home: Path, *words: str, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Start a process that runs the servers of the home until it is ended.

    `unwatched` does without the parent-death signal, `leave` ends the interpreter at once and does
    not stop anything.
    """
    return subprocess.Popen(
        (*prefix, sys.executable, "-c", HOLD, str(home), *words),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), *sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    """Return what the process says first; empty if it ended without a word."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def new_home() -> Iterator[Path]:
    """A home that does not exist yet, below a folder nobody else may enter, with a short name."""
    closed = Path(tempfile.mkdtemp(prefix="tx-", dir="/tmp")).resolve()
    yield closed / "home"
    for pid in processes_on(closed):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(closed)
