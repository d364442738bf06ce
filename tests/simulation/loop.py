"""An event loop in which time is virtual and chance, by its seed, says who goes on next.

No real second passes: when nobody can go on, the clock moves to the next timer. The same seed
and the same program take the same steps.
"""

import asyncio
import heapq
from asyncio import events
from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")


class Stuck(AssertionError):
    """Everybody waits for somebody else."""


# As far as use cases need a loop: no sockets, no processes, no signals.
_Loop: Any = asyncio.AbstractEventLoop


class SeededLoop(_Loop):  # type: ignore[misc]  # Of which the rest stays abstract.
    """Of all callbacks that are ready, a random one runs: any order that a network might cause."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._ready: list[asyncio.Handle] = []
        self._timers: list[asyncio.TimerHandle] = []
        self._now = 0.0
        self.steps = 0
        self.failures: list[BaseException] = []
        """What no task and nobody who waits for one has seen."""

    def time(self) -> float:
        return self._now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, timer)
        return timer

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        pass  # It is left out when its time comes.

    def create_future(self) -> "asyncio.Future[Any]":
        return asyncio.Future(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, T],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> "asyncio.Task[T]":
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        exception = context.get("exception")
        self.failures.append(exception or AssertionError(context.get("message")))

    def skip(self, seconds: float) -> None:
        """So much time passes at once, whoever is under way."""
        self._now += seconds
        self._wake()

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Step until `main` ends. Raises Stuck if it never can."""
        before = events._get_running_loop()
        events._set_running_loop(self)
        try:
            task = self.create_task(main)
            while not task.done():
                self._step()
            return task.result()
        finally:
            events._set_running_loop(before)

    def _step(self) -> None:
        ready = self._ready
        if not ready:
            self._wait()
        chosen = self._choose(len(ready))
        ready[chosen], ready[-1] = ready[-1], ready[chosen]
        handle = ready.pop()
        if not handle.cancelled():
            self.steps += 1
            handle._run()

    def _choose(self, number: int) -> int:
        """Which of so many goes on."""
        return int(self._dice.random() * number)

    def _wait(self) -> None:
        """To the next moment at which something happens, and all that happens then."""
        while self._timers and self._timers[0].cancelled():
            heapq.heappop(self._timers)
        if not self._timers:
            raise Stuck("Nobody can go on.")
        self._now = max(self._now, self._timers[0].when())
        self._wake()

    def _wake(self) -> None:
        while self._timers and self._timers[0].when() <= self._now:
            self._ready.append(heapq.heappop(self._timers))


class EveryOrder(SeededLoop):
    """One of all orders in which callbacks can run; `following` is the next one to try."""

    def __init__(self, choices: Sequence[int] = ()) -> None:
        super().__init__(Random(0))
        self.is_exploring = False
        """Only then is the order varied; before and after, who came last goes first."""
        self._choices = list(choices)
        self._numbers: list[int] = []

    def _choose(self, number: int) -> int:
        if not self.is_exploring:
            return number - 1
        if len(self._numbers) == len(self._choices):
            self._choices.append(0)
        self._numbers.append(number)
        return self._choices[len(self._numbers) - 1]

    def following(self) -> list[int] | None:
        """The choices that lead to the next order; None if this was the last one."""
        choices = self._choices[: len(self._numbers)]
        while choices:
            choices[-1] += 1
            if choices[-1] < self._numbers[len(choices) - 1]:
                return choices
            choices.pop()
        return None
