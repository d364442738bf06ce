"""The folder of the embedded servers: one holder at a time, and a place for sockets."""

import fcntl
import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from adapters.embedded.errors import EmbeddedServersError, HomeInUse

# macOS allows 104 bytes for the whole path of a socket, Linux 108.
_SOCKET_PATH_BYTES = 100
_LONGEST_SOCKET_NAME = len(".s.PGSQL.5432.lock")
# PostgreSQL and its clients read commas and colons in a folder's name as lists and ports.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True, slots=True)
class HomeLock:
    """The right to run the servers of a home; the system takes it back when we die."""

    _file: int

    @classmethod
    def take(cls, home: Path) -> Self:
        """Make the home if needed and lock it; raises HomeInUse, or its base if it is not ours."""
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            (home / "log").mkdir(mode=0o700, exist_ok=True)
            file = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise EmbeddedServersError(
                f"{home} cannot be used by this user ({error}). Choose another TIXMO_HOME."
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(file, 32).decode(errors="replace").strip()
            os.close(file)
            raise HomeInUse(
                f"The servers of {home} are run by another process (pid {holder or 'unknown'})."
                " Stop it, or choose another TIXMO_HOME."
            ) from error
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        return cls(file)

    def release(self) -> None:
        """Let others in, even if a fork of this process still has the file open."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        os.close(self._file)


def socket_folder(home: Path) -> Path:
    """Make and return the private folder of the sockets: `home/run`, or elsewhere if that will not
    do as the name of a socket. The same home always gets the same folder.

    Raises EmbeddedServersError if somebody else has put something in that place.
    """
    for folder in _candidates(home):
        if _fits(folder):
            folder.mkdir(mode=0o700, exist_ok=True)
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                raise EmbeddedServersError(f"{folder} is not a folder of ours: remove it.")
            folder.chmod(0o700)
            return folder
    raise EmbeddedServersError(f"No folder for sockets has a short enough name: {home}")


def _candidates(home: Path) -> tuple[Path, ...]:
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    name = f"tixmo-{os.geteuid()}-{digest}"
    return home / "run", Path(tempfile.gettempdir()) / name, Path("/tmp") / name


def _fits(folder: Path) -> bool:
    path = str(folder)
    return bool(_PLAIN_PATH.fullmatch(path)) and (
        len(path) + 1 + _LONGEST_SOCKET_NAME <= _SOCKET_PATH_BYTES
    )
