"""The description of the API, as it is committed."""

from pathlib import Path

import msgspec

from entrypoints.container import make_container
from entrypoints.http.app import create_app
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
    """Sorted and indented, so that a change of a route is a change of a few lines."""
    settings = Settings(env="test", database_url="postgresql://localhost/none", mail="console")
    schema = create_app(make_container(settings)).openapi_schema.to_schema()
    encoded = msgspec.json.encode(schema, order="sorted", enc_hook=str)
    return msgspec.json.format(encoded, indent=2) + b"\n"
