"""The HTTP API in production: granian, a process per core, uvloop inside."""

import asyncio

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from entrypoints.cli.given import given_settings, refuse_taken_port, refuse_unbound_role

STOP_SECONDS = 10
"""How long running requests may take to end. Without it, a SIGTERM during start is ignored."""


HTTP1 = HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 1024)
"""Headers come within ten seconds and are not larger than this, or the server refuses them."""


def serve(workers: int) -> None:
    settings = given_settings()
    refuse_taken_port(settings.host, settings.port)
    asyncio.run(refuse_unbound_role(settings))
    Granian(
        "entrypoints.http.asgi:create",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=workers,
        loop=Loops.uvloop,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        http1_settings=HTTP1,
        log_level=LogLevels.warning,
    ).serve()
