"""A TCP line to a server, with the troubles that real ones have."""

import asyncio
import socket
import struct
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path


class Trouble(Enum):
    NONE = auto()
    LATE = auto()
    """What the server says arrives five seconds later."""
    BLACKHOLE = auto()
    """Connections are accepted, everything is swallowed."""
    RESET = auto()
    """Connections are reset when something is said."""
    SLOW_CLOSE = auto()
    """The server hangs up without an answer, and the line never says so."""
    TRICKLE = auto()
    """A byte of the answer every 60 ms, and never the end."""


class TroubledLine:
    """Listens on a port of its own and speaks to a unix socket."""

    def __init__(self, target: Path) -> None:
        self.trouble = Trouble.NONE
        self.connections = 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/0"

    async def __aenter__(self) -> "TroubledLine":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        # A server that is down hangs up, as it would without a line between.
        far_writer: asyncio.StreamWriter | None = None
        try:
            with suppress(OSError):
                far_reader, far_writer = await asyncio.open_unix_connection(str(self._target))
                await self._speak(reader, writer, far_reader, far_writer)
        except asyncio.CancelledError:
            pass  # The end of the test.
        finally:
            for one in (writer, far_writer):
                if one is not None:
                    one.close()
            self._tasks.discard(task)

    async def _speak(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        while said := await reader.read(65_536):
            if self.trouble is Trouble.BLACKHOLE:
                continue
            if self.trouble is Trouble.RESET:
                _reset(writer)
                return
            if self.trouble is Trouble.SLOW_CLOSE:
                far_writer.close()
                await asyncio.sleep(3600)
            far_writer.write(said)
            answer = await far_reader.read(65_536)
            if self.trouble is Trouble.LATE:
                await asyncio.sleep(5)
            if self.trouble is Trouble.TRICKLE:
                writer.write(b"$1000000\r\n")
            while self.trouble is Trouble.TRICKLE:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.06)
            writer.write(answer)
            await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
