"""A Valkey of one test's own, that may be flushed, starved and killed."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from adapters.embedded.binaries import valkey_server


class OwnValkey:
    """In a folder of its own, on a unix socket; nothing outlives a restart."""

    def __init__(self) -> None:
        # Short: the name of a unix socket has a length limit.
        self._folder = Path(tempfile.mkdtemp(prefix="tixmo-valkey-"))
        self.socket = self._folder / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        assert self._process is None
        command = [str(valkey_server()), "--port", "0", "--unixsocket", str(self.socket)]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self._process.poll() is None, "Valkey ended at its start."
            assert time.monotonic() < deadline, "Valkey did not start within 30 s."
            time.sleep(0.01)

    def kill(self) -> None:
        """As kill -9 does: no goodbye, and the socket's file stays."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def tell(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(self.socket))
            client.sendall(f"{command}\r\n".encode())
            said = client.recv(65_536)
            if said.startswith(b"$"):
                length = int(said[1 : said.index(b"\r\n")])
                while len(said) < length:
                    said += client.recv(65_536)
            return said.decode().strip()

    def remove(self) -> None:
        if self._process is not None:
            self.kill()
        shutil.rmtree(self._folder)

    def _answers(self) -> bool:
        try:
            return self.tell("PING") == "+PONG"
        except OSError:
            return False
