"""The description of the API, as it is committed."""

from pathlib import Path

from entrypoints.container import make_container
from entrypoints.http.app import create_app
from entrypoints.http.openapi import published
from entrypoints.settings import Settings

FILE = Path(__file__).parents[2] / "openapi.json"


def openapi(*, check: bool) -> int:
    """Write the file, or compare it with the routes: 1 if they differ."""
    written = FILE.read_bytes() if FILE.exists() else b""
    if check:
        if written == description():
            return 0
        print(f"{FILE.name} is out of date: run `make openapi`.")
        return 1
    FILE.write_bytes(description())
    print(f"{FILE.name} is written.")
    return 0


def description() -> bytes:
    """What the routes say now."""
    settings = Settings(env="test", database_url="postgresql://localhost/none", mail="console")
    return published(create_app(make_container(settings)))
