"""The engine of many tests. Each application disposes the engine that it was given; this one keeps
its connections, because new back ends take longer than most tests do.
"""

from typing import Any

from sqlalchemy import QueuePool, event
from sqlalchemy.ext.asyncio import AsyncEngine


class LastingEngine(AsyncEngine):
    """Lets go of its connections only after a test that has spoilt them.

    Whoever waits for a connection ties the pool to the event loop of that test; and where one
    connection was lost, others may be.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine.sync_engine)
        self._is_spoilt = False
        event.listen(self.sync_engine, "connect", self._connected)
        event.listen(self.sync_engine, "invalidate", self._lost)

    async def dispose(self, close: bool = True) -> None:
        """At the end of an application."""
        if self._is_spoilt:
            self._is_spoilt = False
            await super().dispose(close)

    async def end(self) -> None:
        """At the end of all tests."""
        await super().dispose()

    def _connected(self, *_: Any) -> None:
        """Nobody waits before the pool has opened more connections than it keeps."""
        pool = self.sync_engine.pool
        assert isinstance(pool, QueuePool)
        self._is_spoilt = self._is_spoilt or pool.overflow() > 0

    def _lost(self, *_: Any) -> None:
        self._is_spoilt = True
