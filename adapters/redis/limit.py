"""How long another server may take."""

import asyncio
from types import TracebackType

_TURNS = 5


class Limit:
    """Raises TimeoutError in its block after so many seconds; None is without limit.

    When the time is over the event loop still takes a few turns: an answer that came while this
    process was busy with something else is not late.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._timeout = asyncio.timeout(None)
        self._next: asyncio.Handle | None = None

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()
        if self._seconds is not None:
            loop = asyncio.get_running_loop()
            self._next = loop.call_later(self._seconds, self._wait_for, _TURNS)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._next is not None:
            self._next.cancel()
        await self._timeout.__aexit__(kind, error, trace)

    def _wait_for(self, turns: int) -> None:
        loop = asyncio.get_running_loop()
        if turns:
            self._next = loop.call_soon(self._wait_for, turns - 1)
        else:
            self._timeout.reschedule(loop.time())
