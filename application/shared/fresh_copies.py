"""Copies of what is read often, each at most two seconds old, so that most readers wait for nothing
and nobody's crowd becomes a crowd of queries. Never a basis for a decision.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from application.shared.clock import Clock
from application.shared.transaction import Contention
from domain.shared.errors import Unavailable

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

FRESH = timedelta(seconds=1)
"""A copy so young is served and nothing else happens."""
RENEWING = timedelta(seconds=2)
"""A copy so young is served while a new one is read."""
LAST_RESORT = timedelta(seconds=60)
"""A copy so young is served when nothing can be read."""
WAIT_SECONDS = 0.5
"""How long a reader who could have such an old copy waits for a new one."""
READING_SECONDS = 5.0
"""A reading that takes longer has failed."""

_DOWN = (Unavailable, Contention)
_NEVER = datetime.min.replace(tzinfo=UTC)
_ENDLESS = datetime.max.replace(tzinfo=UTC)


class _Kept(Generic[V]):
    """One key's copy, if it has one, and the reading that is under way."""

    __slots__ = (
        "failed_at",
        "failure",
        "fresh_until",
        "hangs",
        "read_at",
        "reading",
        "right_until",
        "value",
    )

    def __init__(self) -> None:
        self.value: V | None = None
        self.read_at = self.fresh_until = self.right_until = self.failed_at = _NEVER
        self.failure: Exception | None = None
        self.reading: asyncio.Task[None] | None = None
        self.hangs = False
        """Whether somebody has waited in vain for what is under way."""


class FreshCopies(Generic[K, V]):
    """One reading per key at a time, and one per second; the keys asked for longest ago are
    forgotten.

    `right_until` says when a value becomes wrong by itself: at its next edge in time.
    """

    def __init__(
        self,
        read: Callable[[K], Awaitable[V]],
        clock: Clock,
        *,
        right_until: Callable[[V], datetime | None] = lambda _: None,
        keys_max: int = 1_000,
        wait_seconds: float = WAIT_SECONDS,
        reading_seconds: float = READING_SECONDS,
    ) -> None:
        self._read = read
        self._clock = clock
        self._right_until = right_until
        self._keys_max = keys_max
        self._wait_seconds = wait_seconds
        self._reading_seconds = reading_seconds
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._at_work: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> tuple[V, int]:
        """The value and its age in whole seconds; two or more mean that nothing can be read.

        Raises what the reading raised, if there is no copy for the last resort.
        """
        now = self._clock()
        kept = self._kept.get(key)
        if kept is None:
            kept = self._remember(key)
        else:
            self._kept.move_to_end(key)
            # A clock that was set back does not make a copy younger.
            if kept.read_at <= now < kept.fresh_until:
                return kept.value, 0  # type: ignore[return-value]  # It was read.
        return await self._older(key, kept, now)

    def forget(self, key: K) -> None:
        """Read anew for whoever asks from now on: what is under way may be older than a change."""
        self._kept.pop(key, None)

    async def close(self) -> None:
        """End what is under way."""
        for task in tuple(self._at_work):
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    def _remember(self, key: K) -> _Kept[V]:
        kept = self._kept[key] = _Kept()
        if len(self._kept) > self._keys_max:
            self._kept.popitem(last=False)
        return kept

    async def _older(self, key: K, kept: _Kept[V], now: datetime) -> tuple[V, int]:
        """Begins a reading unless one is under way, and waits for it if that makes sense."""
        is_down = kept.failure is not None and timedelta() <= now - kept.failed_at < FRESH
        if kept.reading is None and not is_down:
            self._begin(key, kept)
        age = now - kept.read_at
        is_last_resort = timedelta() <= age < LAST_RESORT
        is_good_enough = is_last_resort and age < RENEWING and now < kept.right_until
        is_in_vain = is_last_resort and (is_down or kept.hangs)
        if kept.reading is not None and not is_good_enough and not is_in_vain:
            await self._wait(kept, at_most=self._wait_seconds if is_last_resort else None)
        failure = kept.failure
        if failure is None or (is_last_resort and isinstance(failure, _DOWN)):
            age = max(self._clock() - kept.read_at, timedelta())
            return kept.value, int(age.total_seconds())  # type: ignore[return-value]  # Was read.
        raise failure.with_traceback(None)  # Else it would grow with every reader.

    async def _wait(self, kept: _Kept[V], *, at_most: float | None) -> None:
        assert kept.reading is not None
        done, _ = await asyncio.wait({kept.reading}, timeout=at_most)
        if not done:  # The next readers need not find out, and it may still succeed.
            kept.hangs = True
            kept.failure, kept.failed_at = Unavailable(), self._clock()

    def _begin(self, key: K, kept: _Kept[V]) -> None:
        kept.reading = task = asyncio.create_task(self._renew(key, kept))
        self._at_work.add(task)  # The loop itself keeps no task alive.
        task.add_done_callback(self._at_work.discard)

    async def _renew(self, key: K, kept: _Kept[V]) -> None:
        began = self._clock()  # Before the reading: a copy is never younger than it looks.
        try:
            async with asyncio.timeout(self._reading_seconds):
                value = await self._read(key)
        except TimeoutError:
            kept.failure, kept.failed_at = Unavailable(), self._clock()
        except Exception as error:  # noqa: BLE001  # Whoever waits raises it.
            kept.failure, kept.failed_at = error, self._clock()
        except asyncio.CancelledError:  # The process ends.
            kept.failure, kept.failed_at = Unavailable(), self._clock()
            raise
        else:
            edge = self._right_until(value) or _ENDLESS
            kept.value, kept.read_at, kept.failure = value, began, None
            kept.fresh_until, kept.right_until = min(began + FRESH, edge), edge
        finally:
            kept.reading, kept.hangs = None, False
