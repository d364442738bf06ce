"""PostgreSQL in a folder: made once, then started with everything said on the command line."""

import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from adapters.embedded.binaries import postgres_folder
from adapters.embedded.processes import Child, Keeper, Program, end_leftover

NAME = "PostgreSQL"
SUPERUSER = "postgres"
OWNER = "tixmo_owner"
APPLICATION = "tixmo_app"
DATABASE = "tixmo"
ROLES = Path(__file__).parents[1] / "postgres" / "roles.sql"
PORT = 5432  # Never opened: only part of the name of the socket.
_STATUS_LINE = 8  # Of postmaster.pid.

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """One cluster: its data in `home/postgres`, its socket in `sockets`."""

    home: Path
    sockets: Path
    durable: bool

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    def url(self, role: str, database: str) -> str:
        """Return the address of a database; both the port and the folder are explicit, because
        libpq would otherwise ask PGPORT and PGHOST.
        """
        return f"postgresql://{role}@:{PORT}/{database}?host={quote(str(self.sockets))}"

    def launch(self, keeper: Keeper) -> Child:
        """Start the server unless it runs: on the first run after making its folder."""
        if (running := keeper.running(NAME)) is not None:
            return running
        if self.data.exists():
            keeper.footing.give(self.data)
        # A server that is already on its way out (its parent was killed) is waited for here.
        stranger = end_leftover(self.data / "postmaster.pid", self._program(), self.data)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(keeper)
        return keeper.launch(self._program(stranger))

    def answers(self) -> bool:
        """Return whether the server takes connections."""
        # Asking the file first spares the log a line for each connection that comes too early.
        try:
            told = (self.data / "postmaster.pid").read_text().splitlines()
            if len(told) < _STATUS_LINE or told[_STATUS_LINE - 1].strip() != "ready":
                return False
            with self._connect():
                return True
        except (FileNotFoundError, psycopg.OperationalError):
            return False

    def ensure_roles_and_database(self) -> None:
        """Make what is missing; safe to repeat, so a first start may be killed anywhere."""
        with self._connect() as connection:
            rows = connection.execute("SELECT datname FROM pg_database")
            present = {name for (name,) in rows}
            connection.execute(ROLES.read_bytes())
            if DATABASE not in present:
                names = (sql.Identifier(DATABASE), sql.Identifier(OWNER))
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))

    def _connect(self) -> psycopg.Connection[tuple[str]]:
        return psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True, connect_timeout=5)

    def _program(self, stranger: int = 0) -> Program:
        settings = {**_SETTINGS, "unix_socket_directories": str(self.sockets)}
        if not self.durable:
            settings.update(_CARELESS)
        return Program(
            name=NAME,
            command=(
                str(postgres_folder() / "postgres"),
                "-D",
                str(self.data),
                "-p",
                str(PORT),
                *(word for pair in settings.items() for word in ("-c", "=".join(pair))),
            ),
            log=self.home / "log" / "postgres.log",
            stop_signal=signal.SIGINT,  # Fast: ends sessions, writes a checkpoint.
            force_signal=signal.SIGQUIT,  # Immediate: the next start recovers from the log.
            # A lock file may name a pid that is somebody else's by now, most likely after a
            # container came back. PostgreSQL overlooks its "grandparent" there, and still checks
            # that no session of the dead server holds the shared memory.
            environment={"PG_GRANDPARENT_PID": str(stranger)} if stranger else {},
        )

    def _initialise(self, keeper: Keeper) -> None:
        """Make the cluster beside its place and move it there when whole."""
        for unfinished in self.home.glob("postgres-new-*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        made = Path(tempfile.mkdtemp(prefix="postgres-new-", dir=self.home))
        keeper.footing.give(made)
        keeper.run(
            Program(
                name="initdb",
                command=(
                    str(postgres_folder() / "initdb"),
                    *("-D", str(made), "-U", SUPERUSER, "-E", "UTF8"),
                    # The same order and the same folding of case on every machine. The character
                    # type is the system's, because the trigram and word parsers ask for it.
                    *(
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--locale=C",
                    ),
                    f"--lc-ctype={'UTF-8' if sys.platform == 'darwin' else 'C.UTF-8'}",
                    # Whoever reaches the socket's closed folder is trusted, and nobody else.
                    *("--auth-local=trust", "--auth-host=reject"),
                    "--no-instructions",
                    *(() if self.durable else ("--no-sync",)),
                ),
                log=self.home / "log" / "postgres.log",
                stop_signal=signal.SIGTERM,
                force_signal=signal.SIGKILL,
            )
        )
        made.rename(self.data)
