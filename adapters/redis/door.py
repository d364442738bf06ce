"""The one way to Redis or Valkey: Lua scripts, bounded calls, no waiting for what is down."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha1
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from redis.exceptions import NoScriptError, ResponseError

from adapters.redis.errors import CacheDown
from adapters.redis.lines import Lines

Argument: TypeAlias = str | bytes | int
ScriptCall: TypeAlias = tuple[Sequence[str], Sequence[Argument]]
"""Keys and arguments. All keys of one call share a hash tag, so that a cluster may run it."""

CONNECT_SECONDS = 0.05
ANSWER_SECONDS = 0.1
LOOK_AGAIN_SECONDS = 0.5
CONNECTIONS_MAX = 16


class CacheDoor:
    """One per process. Nothing decides by what it says: whoever asks can do without.

    A call takes at most 50 ms to connect and 100 ms for the answer, and is not repeated. After
    three failures in a row, calls fail at once until a ping in the background is answered.
    """

    def __init__(
        self,
        url: str,
        *,
        connect_seconds: float | None = CONNECT_SECONDS,
        answer_seconds: float | None = ANSWER_SECONDS,
        look_again_seconds: float = LOOK_AGAIN_SECONDS,
        connections_max: int = CONNECTIONS_MAX,
    ) -> None:
        self._url = url
        self._limits: dict[str, Any] = {
            "connect_seconds": connect_seconds,
            "answer_seconds": answer_seconds,
            "look_again_seconds": look_again_seconds,
            "connections_max": connections_max,
        }
        # A connection belongs to the event loop that made it.
        self._lines_of: WeakKeyDictionary[asyncio.AbstractEventLoop, Lines] = WeakKeyDictionary()

    @property
    def is_configured(self) -> bool:
        return bool(self._url)

    async def run(self, script: str, keys: Sequence[str], args: Sequence[Argument] = ()) -> Any:
        """What the Lua script answers: int, bytes, None or a list of these. Raises CacheDown."""
        [answer] = await self.run_each(script, [(keys, args)])
        return answer

    async def run_each(self, script: str, calls: Sequence[ScriptCall]) -> list[Any]:
        """The same script for each of the calls, in order, in one round trip. Raises CacheDown."""
        lines = self._lines()
        if not calls:
            return []
        digest = _digest(script)
        commands = [("EVALSHA", digest, len(keys), *keys, *args) for keys, args in calls]
        answers = await lines.ask(commands)
        strangers = [i for i, a in enumerate(answers) if isinstance(a, NoScriptError)]
        if strangers:  # A server that was started since.
            learnt = await lines.ask(
                [("SCRIPT LOAD", script), *(commands[index] for index in strangers)]
            )
            for index, answer in zip(strangers, learnt[1:], strict=True):
                answers[index] = answer
        for answer in answers:
            if isinstance(answer, ResponseError):
                raise CacheDown from answer
        return answers

    async def count(self, keys: Sequence[str]) -> int:
        """How many of these keys exist; the keys may be of many hash tags. Raises CacheDown."""
        [answer] = await self._lines().ask([("EXISTS", *keys)])
        if isinstance(answer, ResponseError):
            raise CacheDown from answer
        return int(answer)

    async def close(self) -> None:
        """Hang up, as far as this event loop is concerned."""
        lines = self._lines_of.pop(asyncio.get_running_loop(), None)
        if lines is not None:
            await lines.close()

    def _lines(self) -> Lines:
        if not self._url:
            raise CacheDown("No cache is configured.")
        loop = asyncio.get_running_loop()
        lines = self._lines_of.get(loop)
        if lines is None:
            lines = self._lines_of[loop] = Lines(self._url, **self._limits)
        if lines.is_shut:
            raise CacheDown
        return lines


@lru_cache(maxsize=64)
def _digest(script: str) -> str:
    return sha1(script.encode(), usedforsecurity=False).hexdigest()
