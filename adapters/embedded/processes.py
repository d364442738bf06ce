"""Children that do not outlive us, and the ones that did all the same."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from adapters.embedded.errors import EmbeddedServerFailed
from adapters.embedded.footing import UNPRIVILEGED_UID, Footing

START_SECONDS = 30.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.01
_HAS_PROC = Path("/proc/self/cmdline").exists()
_LOG_BYTES = 10_000_000
_TAIL_BYTES = 2_000
_INHERITED = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Program:
    """One server (or initdb): what to run, where it logs, and how it is asked to end."""

    name: str
    command: tuple[str, ...]
    log: Path
    stop_signal: signal.Signals  # Also what it gets when this process dies.
    force_signal: signal.Signals
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Child:
    """A program that runs."""

    program: Program
    process: subprocess.Popen[bytes]
    log_start: int

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Poll until ready; raises EmbeddedServerFailed on its exit, or after 30 seconds."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self.process.poll() is not None:
                raise self.failure(f"ended with status {self.process.returncode}")
            if time.monotonic() > deadline:
                raise self.failure(f"was not ready within {START_SECONDS:.0f} seconds")
            time.sleep(POLL_SECONDS)

    def failure(self, what: str) -> EmbeddedServerFailed:
        """Return the error that says what happened, with the end of this run's log."""
        with self.program.log.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(self.log_start, size - _TAIL_BYTES))
            tail = log.read().decode(errors="replace").strip()
        return EmbeddedServerFailed(
            f"The embedded {self.program.name} {what}. {self.program.log} says:\n{tail}"
        )

    def ask_to_stop(self) -> None:
        """Send the polite signal."""
        if self.process.poll() is None:
            self.process.send_signal(self.program.stop_signal)

    def wait_stopped(self) -> None:
        """Wait for the end and be less polite twice, after 10 seconds each."""
        for harsher in (self.program.force_signal, signal.SIGKILL):
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.send_signal(harsher)
            else:
                return
        self.process.wait()


class Keeper:
    """Starts children that end with this process, and ends them.

    Linux ends a child when the *thread* that started it ends, so all of them are started by one
    thread that lives as long as the keeper does.
    """

    def __init__(self, footing: Footing) -> None:
        self.footing = footing
        self._children: list[Child] = []
        self._orders: queue.Queue[tuple[Program, Future[Child]] | None] = queue.Queue()
        # A daemon, because the pool of concurrent.futures ends before the interpreter does.
        threading.Thread(target=self._serve, name="embedded-keeper", daemon=True).start()

    @property
    def all_run(self) -> bool:
        """Return whether every child is alive."""
        return all(child.process.poll() is None for child in self._children)

    def running(self, name: str) -> Child | None:
        """Return the child of that name if it is alive. Those that have died are forgotten."""
        self._children[:] = [child for child in self._children if child.process.poll() is None]
        return next((child for child in self._children if child.program.name == name), None)

    def launch(self, program: Program) -> Child:
        """Start a program that runs until stop."""
        answer: Future[Child] = Future()
        self._orders.put((program, answer))
        return answer.result()

    def run(self, program: Program) -> None:
        """Run a program to its end; raises EmbeddedServerFailed unless it succeeds."""
        child = self.launch(program)
        child.wait_until(lambda: child.process.poll() is not None)
        if child.process.returncode != 0:
            raise child.failure(f"ended with status {child.process.returncode}")
        self._children.remove(child)

    def stop(self) -> None:
        """End every child; the keeper cannot be used again."""
        # A launch that Ctrl-C made us abandon is still carried out by the thread: let it finish.
        self._orders.join()
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            child.wait_stopped()
        self._children.clear()
        self._orders.put(None)

    def _serve(self) -> None:
        while (order := self._orders.get()) is not None:
            program, answer = order
            try:
                answer.set_result(self._spawn(program))
            except Exception as error:  # noqa: BLE001 - it belongs to whoever asked.
                answer.set_exception(error)
            self._orders.task_done()

    def _spawn(self, program: Program) -> Child:
        with _open_log(program.log) as log:
            child = Child(
                program,
                subprocess.Popen(
                    (
                        *launcher(self.footing, parent_death_signal(program)),
                        *program.command,
                    ),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env=_environment(program),
                    # A terminal's Ctrl-C is for us; we then stop the servers in order.
                    start_new_session=True,
                ),
                log_start=log.tell(),
            )
        self._children.append(child)
        return child


def launcher(footing: Footing, death_signal: int) -> tuple[str, ...]:
    """Return the words that go before a command to run it on this footing, as our child."""
    script = str(Path(__file__).with_name("launch.py"))
    facts = (os.getpid(), death_signal, footing.value, UNPRIVILEGED_UID)
    return (sys.executable, "-I", "-S", script, *map(str, facts))


def parent_death_signal(program: Program) -> int:
    """Return the signal that ends an orphan, 0 where the system knows none (see end_leftover)."""
    return program.stop_signal if sys.platform == "linux" else 0


def end_leftover(pid_file: Path, program: Program, folder: Path) -> int:
    """End the server that an earlier process left on this folder, if any.

    Returns the pid in the file if it is not such a server (anybody's by now), otherwise 0.
    Raises EmbeddedServerFailed if the leftover does not end.
    """
    try:
        pid = int(pid_file.read_text().split(maxsplit=1)[0])
    except (FileNotFoundError, IndexError, ValueError):
        return 0
    if not _runs_on(pid, folder):
        return pid
    for name in (program.stop_signal, program.force_signal):
        with suppress(ProcessLookupError):
            os.kill(pid, name)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if not _runs_on(pid, folder):
                return 0
            time.sleep(POLL_SECONDS)
    raise EmbeddedServerFailed(f"A {program.name} of an earlier run (pid {pid}) does not end.")


def _runs_on(pid: int, folder: Path) -> bool:
    """Return whether the process was started with the folder as an argument. Zombies have none."""
    if _HAS_PROC:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return os.fsencode(folder) in words
    command = ("ps", "-ww", "-o", "command=", "-p", str(pid))
    told = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    return str(folder) in told


def _open_log(path: Path) -> BinaryIO:
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".log.old"))
    return path.open("ab")


def _environment(program: Program) -> dict[str, str]:
    # Neither our secrets nor a PGPORT of the machine's owner reaches a server.
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**kept, **program.environment}
