"""Valkey in a folder, spoken to through a unix socket."""

import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from adapters.embedded.binaries import valkey_server
from adapters.embedded.processes import Child, Keeper, Program, end_leftover

NAME = "Valkey"
SOCKET_NAME = "valkey.sock"


@dataclass(frozen=True, slots=True)
class EmbeddedValkey:
    """One server: its append-only file in `home/valkey`, its socket in `sockets`."""

    home: Path
    sockets: Path
    durable: bool

    @property
    def data(self) -> Path:
        return self.home / "valkey"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.sockets / SOCKET_NAME))}"

    def launch(self, keeper: Keeper) -> Child:
        """Start the server unless it runs."""
        if (running := keeper.running(NAME)) is not None:
            return running
        self.data.mkdir(mode=0o700, exist_ok=True)
        keeper.footing.give(self.data)
        end_leftover(self.data / "valkey.pid", self._program(), self.data)
        return keeper.launch(self._program())

    def answers(self) -> bool:
        """Return whether the server has loaded its file and replies."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(5)
                client.connect(str(self.sockets / SOCKET_NAME))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def _program(self) -> Program:
        options = {
            "--port": "0",
            "--unixsocket": str(self.sockets / SOCKET_NAME),
            "--unixsocketperm": "700",
            "--dir": str(self.data),
            "--appendonly": "yes",
            "--appendfsync": "everysec" if self.durable else "no",
            "--save": "",
            "--pidfile": str(self.data / "valkey.pid"),
            # The words of the command line are how a later start knows a leftover.
            "--set-proc-title": "no",
        }
        return Program(
            name=NAME,
            command=(
                str(valkey_server()),
                *(word for pair in options.items() for word in pair),
            ),
            log=self.home / "log" / "valkey.log",
            stop_signal=signal.SIGTERM,
            force_signal=signal.SIGKILL,
        )
