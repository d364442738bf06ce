"""Connections to Redis or Valkey in one event loop, and whether anybody answers on them."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import structlog
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError, RedisError, ResponseError

from adapters.redis.errors import CacheDown
from adapters.redis.limit import Limit

Command = tuple[str | bytes | int, ...]

log = structlog.get_logger("tixmo.cache")

FAILURES_IN_A_ROW = 3
"""So many and the cache is taken for lost: one may be a pause of our own."""


class Lines:
    """Few connections, short waits, no retries.

    When calls keep failing the lines are shut: everybody is refused at once, and only a ping in
    the background waits for the cache. It asks twice a second and opens the lines again.
    """

    def __init__(
        self,
        url: str,
        *,
        connect_seconds: float | None,
        answer_seconds: float | None,
        look_again_seconds: float,
        connections_max: int,
    ) -> None:
        # It makes connections as the address says; it keeps none of them.
        self._maker = ConnectionPool.from_url(
            url,
            socket_connect_timeout=None,  # Limits of our own instead.
            socket_timeout=None,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            driver_info=None,
        )
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds
        self._look_again_seconds = look_again_seconds
        self._turn = asyncio.Semaphore(connections_max)
        self._idle: list[AbstractConnection] = []
        self._failures = 0
        self._refusal = ""
        self._next_look: asyncio.TimerHandle | None = None
        self._look: asyncio.Task[None] | None = None
        self.is_shut = False

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """One round trip. Raises CacheDown; error replies are answers, each in its place."""
        async with self._turn:
            if self.is_shut:  # Since we stood in line.
                raise CacheDown
            try:
                answers = await self._exchange(commands)
            except (RedisError, OSError) as error:  # A TimeoutError is an OSError.
                self._failed(error)
                raise CacheDown from error
        self._failures = 0
        self._note_refusals(answers)
        return answers

    async def close(self) -> None:
        """Hang up. The lines may be used again."""
        if self._next_look is not None:
            self._next_look.cancel()
        if self._look is not None:
            self._look.cancel()
        self.is_shut = False
        self._failures = 0
        await self._hang_up()

    async def _exchange(self, commands: Sequence[Command]) -> list[Any]:
        connection = await self._connected()
        is_sound = False
        try:
            async with Limit(self._answer_seconds):
                await connection.send_packed_command(
                    connection.pack_commands(commands), check_health=False
                )
                answers = [await _answer(connection) for _ in commands]
            is_sound = not any(isinstance(answer, ReadOnlyError) for answer in answers)
            return answers
        finally:
            if is_sound:
                self._idle.append(connection)
            else:
                # Half an answer may be on its way; and after a failover the name has a new owner.
                await connection.disconnect(nowait=True)

    async def _connected(self) -> AbstractConnection:
        while self._idle:
            connection = self._idle.pop()
            # Readable means: closed by the other side meanwhile, or out of step.
            with suppress(RedisError, OSError):
                if not await connection.can_read():
                    return connection
            await connection.disconnect(nowait=True)
        connection = self._new()
        try:
            async with Limit(self._connect_seconds):
                await connection.connect()  # type: ignore[no-untyped-call]
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        return connection

    def _new(self) -> AbstractConnection:
        made: AbstractConnection = self._maker.make_connection()  # type: ignore[no-untyped-call]
        return made

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW and not self.is_shut:
            self.is_shut = True
            log.warning("cache_lost", error=f"{type(error).__name__}: {error}")
            self._look_later()

    def _look_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._next_look = loop.call_later(self._look_again_seconds, self._begin_to_look)

    def _begin_to_look(self) -> None:
        self._look = asyncio.get_running_loop().create_task(self._look_again())

    async def _look_again(self) -> None:
        await self._hang_up()
        try:
            [answer] = await self._exchange([("PING",)])
        except (RedisError, OSError):
            answer = None
        if answer != b"PONG":
            self._look_later()
            return
        self.is_shut = False
        self._failures = 0
        log.info("cache_back")

    def _note_refusals(self, answers: list[Any]) -> None:
        """Out of memory, read-only, a broken script: told once, until something else is said."""
        refusals = [a for a in answers if isinstance(a, ResponseError)]
        refusal = str(refusals[0]) if refusals else ""
        if refusal and refusal != self._refusal and not refusal.startswith("No matching script"):
            log.warning("cache_refuses", error=refusal)
        self._refusal = refusal

    async def _hang_up(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.disconnect(nowait=True)


async def _answer(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response(disconnect_on_error=False)
    except ResponseError as refusal:
        return refusal
