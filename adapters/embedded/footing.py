"""As whom the servers run: PostgreSQL refuses root, and we refuse to open anybody's folders."""

import enum
import os
import sys
from pathlib import Path

from adapters.embedded.errors import EmbeddedServerFailed

UNPRIVILEGED_UID = 65534
# chown, dac_override, kill, setgid, setuid: what handing a folder to another user takes.
_DROPPING_TAKES = sum(1 << number for number in (0, 1, 5, 6, 7))


class Footing(enum.Enum):
    """How a server stands towards us; the values are spoken by launch.py."""

    SAME_USER = "same"
    UNPRIVILEGED = "drop"
    NAMESPACE = "namespace"

    def give(self, folder: Path) -> None:
        """Hand a folder and all in it to the servers' user; raises EmbeddedServerFailed."""
        owner = UNPRIVILEGED_UID if self is Footing.UNPRIVILEGED else os.geteuid()
        if folder.stat().st_uid == owner:
            return
        try:
            for parent, folders, files in os.walk(folder):
                for name in (*folders, *files):
                    os.chown(os.path.join(parent, name), owner, -1, follow_symlinks=False)
            os.chown(folder, owner, -1)
        except PermissionError as error:
            raise EmbeddedServerFailed(
                f"{folder} belongs to another user and cannot be handed over ({error}). Run as the"
                " user who made it, or choose another TIXMO_HOME."
            ) from error


def choose_footing() -> Footing:
    """Return the best way this process has to run a server that refuses root."""
    if os.geteuid() != 0:
        return Footing.SAME_USER
    if sys.platform != "linux":
        raise EmbeddedServerFailed("PostgreSQL refuses to run as root here: use a plain user.")
    if _capabilities() & _DROPPING_TAKES == _DROPPING_TAKES:
        return Footing.UNPRIVILEGED
    return Footing.NAMESPACE


def _capabilities() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0
