"""PostgreSQL and Valkey for a machine where nothing is installed.

`home` holds all of it: `postgres/` and `valkey/` (data), `log/`, `run/` (sockets), `lock`, and
`addresses.json` while they run.
There is no TCP: whoever may enter the sockets' closed folder is trusted, and nobody else.
"""

import atexit
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from adapters.embedded.addresses import EmbeddedAddresses, take_back
from adapters.embedded.errors import (
    EmbeddedServerFailed,
    EmbeddedServersError,
    EmbeddedServersUnavailable,
    HomeInUse,
)
from adapters.embedded.footing import choose_footing
from adapters.embedded.home import HomeLock, socket_folder
from adapters.embedded.postgres import (
    APPLICATION,
    DATABASE,
    OWNER,
    SUPERUSER,
    EmbeddedPostgres,
)
from adapters.embedded.processes import Keeper
from adapters.embedded.valkey import EmbeddedValkey

__all__ = [
    "EmbeddedAddresses",
    "EmbeddedServerFailed",
    "EmbeddedServers",
    "EmbeddedServersError",
    "EmbeddedServersUnavailable",
    "HomeInUse",
]


@dataclass(slots=True)
class _Run:
    """What has been started so far; ends in the opposite order."""

    home: Path
    lock: HomeLock
    owner_pid: int
    sockets: Path | None = None
    keeper: Keeper | None = None
    addresses: EmbeddedAddresses | None = None

    def end(self) -> None:
        try:
            with suppress(OSError):
                take_back(self.home)
            if self.keeper is not None:
                self.keeper.stop()
            if self.sockets is not None:
                with suppress(OSError):  # A server that had to be killed leaves its socket there.
                    self.sockets.rmdir()
        finally:
            self.lock.release()


class EmbeddedServers:
    """Runs both servers for as long as this process wants them, and never longer.

    They end with `stop`, with the `with` block, with the interpreter, and (Linux) with the process
    however it dies; elsewhere the next start ends what a killed process left.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        """Choose the folder. Not durable is for tests: a power cut may then lose the data."""
        # One spelling, because leftovers are known by their folder.
        self._home = home.expanduser().resolve()
        self._durable = durable
        self._run: _Run | None = None
        self._one_at_a_time = threading.RLock()

    def start(self) -> EmbeddedAddresses:
        """Start what does not run yet, at the first time after making it, and wait until it
        answers. What runs is left alone, if the other died.

        Raises EmbeddedServersUnavailable without the binaries, HomeInUse while another process
        runs this home, and EmbeddedServerFailed with the log of a server that does not start.
        """
        with self._one_at_a_time:
            if self._run is not None and self._run.owner_pid != os.getpid():
                self.stop()  # We are a fork: the servers are not ours.
            if self._run is None:
                self._run = _Run(self._home, HomeLock.take(self._home), os.getpid())
                atexit.register(self.stop)
            run = self._run
            if run.addresses and self.all_run:
                return run.addresses
            try:
                run.addresses = self._start(run)
                run.addresses.tell(self._home)
            except BaseException:  # Ctrl-C too must leave nothing behind.
                self.stop()
                raise
            return run.addresses

    @property
    def all_run(self) -> bool:
        """Whether both servers that were started still run."""
        run = self._run
        return bool(run and run.keeper and run.keeper.all_run)

    def stop(self) -> None:
        """Stop what this object runs. Does nothing in a fork of the process that started it."""
        with self._one_at_a_time:
            run, self._run = self._run, None
            atexit.unregister(self.stop)
            if run is not None and run.owner_pid == os.getpid():
                run.end()

    def __enter__(self) -> EmbeddedAddresses:
        """Start; the block gets the addresses."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def _start(self, run: _Run) -> EmbeddedAddresses:
        run.sockets = sockets = socket_folder(self._home)
        postgres = EmbeddedPostgres(self._home, sockets, self._durable)
        valkey = EmbeddedValkey(self._home, sockets, self._durable)
        run.keeper = run.keeper or Keeper(choose_footing())
        valkey_child = valkey.launch(run.keeper)
        postgres_child = postgres.launch(run.keeper)
        postgres_child.wait_until(postgres.answers)
        postgres.ensure_roles_and_database()
        valkey_child.wait_until(valkey.answers)
        return EmbeddedAddresses(
            database_url=postgres.url(APPLICATION, DATABASE),
            owner_database_url=postgres.url(OWNER, DATABASE),
            superuser_url=postgres.url(SUPERUSER, "postgres"),
            redis_url=valkey.url,
        )
