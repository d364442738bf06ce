"""What a read is measured against: a bare Litestar handler on the same server as the product's."""

import sys

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from litestar import Litestar, get

from entrypoints.cli.serve import STOP_SECONDS


@get("/hello")
async def hello() -> dict[str, str]:
    return {"hello": "world"}


def create() -> Litestar:
    return Litestar([hello], openapi_config=None, logging_config=None)


if __name__ == "__main__":
    Granian(
        "tests.bench.hello:create",
        factory=True,
        interface=Interfaces.ASGI,
        address="127.0.0.1",
        port=int(sys.argv[1]),
        workers=1,
        loop=Loops.uvloop,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
