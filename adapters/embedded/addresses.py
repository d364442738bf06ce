"""Where the servers of a home answer, told to whoever asks beside the process that runs them."""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psycopg


@dataclass(frozen=True, slots=True)
class EmbeddedAddresses:
    """Where the servers answer, and as whom."""

    database_url: str  # The application's role: owns nothing.
    owner_database_url: str  # The owner of the database: migrates.
    superuser_url: str  # On the database `postgres`: makes databases.
    redis_url: str

    def tell(self, home: Path) -> None:
        """Write them into the home, whole or not at all. They hold no secret."""
        unfinished = _file(home).with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(msgspec.json.encode(self))
        os.replace(unfinished, _file(home))


def take_back(home: Path) -> None:
    """Tell nobody any longer."""
    _file(home).unlink(missing_ok=True)


def running_addresses(home: Path) -> EmbeddedAddresses | None:
    """Those of the servers that another process runs in the home; None if no database answers.

    Raises PermissionError if the home is another user's.
    """
    try:
        told = _file(home.expanduser()).read_bytes()
        addresses = msgspec.json.decode(told, type=EmbeddedAddresses)
        # A killed process left its file, and its servers ended.
        psycopg.connect(addresses.database_url, connect_timeout=5).close()
    except (FileNotFoundError, msgspec.DecodeError, psycopg.OperationalError):
        return None
    return addresses


def _file(home: Path) -> Path:
    return home / "addresses.json"
