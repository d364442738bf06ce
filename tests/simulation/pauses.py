"""Where a real system waits for a network, the simulated one pauses: there others may go on."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from random import Random
from typing import Any

ROUND_TRIP_MAX = 0.02
"""Seconds, in most cases."""
HICCUP_MAX = 3.0
"""Seconds, in a few."""


class Killed(BaseException):
    """This process is no more: it gets no further than here, and its transaction is rolled back."""


@dataclass
class Process:
    """One of several that run the same program on one database."""

    name: str
    generation: int = 0
    """Rises with every kill -9."""
    pauses: int = 0
    dies_at: int | None = None
    """At which of its pauses it is killed."""


@dataclass(frozen=True)
class Life:
    """A process until its next death."""

    process: Process
    generation: int

    @property
    def is_over(self) -> bool:
        return self.process.generation != self.generation


LIFE: ContextVar[Life | None] = ContextVar("life", default=None)
"""Whose code is running: inherited by every task that it starts."""


@dataclass
class Pauses:
    """Makes use cases wait wherever they ask the world something."""

    dice: Random
    writer: asyncio.Lock
    """The one writer of the database: who reads beside it sees only what is committed."""
    hiccups: float = 0.03
    inside: bool = False
    """Also between the statements of a transaction: for finding out what a kill there does."""
    is_short: bool = False
    """Every round trip is one step, and takes no time: for trying all orders of steps."""

    async def __call__(self) -> None:
        """One round trip. Raises Killed."""
        life = LIFE.get()
        if life is not None:
            process = life.process
            process.pauses += 1
            if process.pauses == process.dies_at:
                process.generation += 1
            if life.is_over:
                raise Killed
        chance = 1.0 if self.is_short else self.dice.random()
        if chance < self.hiccups:
            await asyncio.sleep(self.dice.random() * HICCUP_MAX)
        elif chance < 0.5:
            await asyncio.sleep(self.dice.random() * ROUND_TRIP_MAX)
        else:
            await asyncio.sleep(0)
        if life is not None and life.is_over:
            raise Killed

    def before_transactions(self, begin: Callable[..., Any]) -> Callable[..., Any]:
        """`begin` with the way to the database before it, and the way back behind it."""
        return lambda scope: _Transaction(self, begin(scope))

    def around(self, port: Any, *, reads: bool = True) -> Any:
        """The port, with a pause before and after each of its answers."""
        return _Paused(self, port, self.writer if reads else None)


class _Transaction:
    """One transaction, reached through a network."""

    def __init__(self, pauses: Pauses, transaction: Any) -> None:
        self._pauses = pauses
        self._transaction = transaction

    async def __aenter__(self) -> Any:
        await self._pauses()
        tx = await self._transaction.__aenter__()
        if self._pauses.inside:
            for name, store in vars(tx).items():
                if type(store).__module__.startswith("adapters.memory") and name != "database":
                    setattr(tx, name, _Paused(self._pauses, store, None))
        return tx

    async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> Any:
        if self._pauses.inside and error is None:
            try:
                await self._pauses()
            except BaseException as killed:
                await self._transaction.__aexit__(type(killed), killed, killed.__traceback__)
                raise
        answer = await self._transaction.__aexit__(kind, error, traceback)
        if not self._pauses.is_short:
            await self._pauses()
        return answer


class _Paused:
    """Answers what the port answers, later."""

    def __init__(self, pauses: Pauses, port: Any, writer: asyncio.Lock | None) -> None:
        self._pauses = pauses
        self._port = port
        self._writer = writer

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not inspect.iscoroutinefunction(found):
            return found
        return self._slowly(found)

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return await self._slowly(self._port)(*args, **kwargs)

    def _slowly(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def paused(*args: Any, **kwargs: Any) -> Any:
            await self._pauses()
            if self._writer is None:
                answer = await call(*args, **kwargs)
            else:
                # Whoever asks beside a transaction sees what is committed, as in PostgreSQL.
                async with self._writer:
                    answer = await call(*args, **kwargs)
            if not self._pauses.is_short:
                await self._pauses()
            return answer

        return paused
