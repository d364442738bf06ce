"""Concurrent calls of a hot use case become batches: whoever comes while one is served forms the
next.

There is no timer: a call that finds nobody is served at once, as a batch of one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, NamedTuple, TypeVar

from application.shared.transaction import NothingDone
from domain.shared.errors import DomainError, Unavailable

C = TypeVar("C")
R = TypeVar("R")

BATCH_MAX = 128
"""Commands that one commit carries: more would only make the last one wait."""
QUEUE_MAX = 4_096
"""Commands that may wait in one lane; the next one is sent away at once."""
RETRY_SECONDS = 1


class TooBusy(Unavailable):
    """So many are ahead that nobody else can be served in time; try again shortly."""

    code = "too_busy"


class OutcomeUnknown(Unavailable):
    """We lost the database while serving you and cannot tell whether it happened; ask again with
    the same Idempotency-Key, or look at what you have.
    """

    code = "outcome_unknown"


class _Call(NamedTuple, Generic[C, R]):
    command: C
    answer: "asyncio.Future[R]"


class Coalescer(Generic[C, R]):
    """One lane per key, and by default one for all; each lane serves one batch at a time.

    Each call gets its own outcome: a refusal concerns nobody else. A batch that fails for a
    technical reason is served again one by one through `again`, so that a poisoned command cannot
    sink its neighbours; `again` first looks whether the failed commit went through after all.
    A caller that gives up leaves the queue; what is being served is served to its end.
    """

    def __init__(
        self,
        serve: Callable[[Sequence[C]], Awaitable[Sequence[R | DomainError]]],
        again: Callable[[C], Awaitable[R | DomainError]],
        *,
        lane: Callable[[C], Hashable] = lambda _: None,
        batch_max: int = BATCH_MAX,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self._serve = serve
        self._again = again
        self._lane = lane
        self._batch_max = batch_max
        self._queue_max = queue_max
        self._queues: dict[Hashable, deque[_Call[C, R]]] = {}
        self._at_work: set[asyncio.Task[None]] = set()
        self.sizes: dict[int, int] = {}
        """How many batches had so many commands, since the process began."""

    async def __call__(self, command: C) -> R:
        """The command's own outcome, or its refusal raised. Raises TooBusy if the lane is full."""
        lane = self._lane(command)
        queue = self._queues.get(lane)
        if queue is None:
            queue = self._queues[lane] = deque()
            task = asyncio.create_task(self._work_off(lane, queue))
            self._at_work.add(task)  # The loop itself keeps no task alive.
            task.add_done_callback(self._at_work.discard)
        elif len(queue) >= self._queue_max:
            raise TooBusy(retry_after=RETRY_SECONDS)
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        queue.append(_Call(command, answer))
        try:
            return await answer
        finally:
            # A refusal knows this frame, and the answer knows the refusal: such rings are only
            # found by the garbage collector, which stops the process for 0.1 s at a time.
            del answer

    async def _work_off(self, lane: Hashable, queue: "deque[_Call[C, R]]") -> None:
        try:
            while queue:
                batch = [queue.popleft() for _ in range(min(len(queue), self._batch_max))]
                # Who gave up while waiting is not served.
                batch = [call for call in batch if not call.answer.done()]
                if batch:
                    await self._serve_batch(batch)
        finally:
            del self._queues[lane]
            for call in queue:  # The process ends.
                _tell(call, TooBusy(retry_after=RETRY_SECONDS))

    async def _serve_batch(self, batch: "list[_Call[C, R]]") -> None:
        self.sizes[len(batch)] = self.sizes.get(len(batch), 0) + 1
        outcomes: Sequence[R | Exception] | None = None
        try:
            outcomes = await self._serve([call.command for call in batch])
        except NothingDone as error:
            outcomes = [NothingDone(error.detail, **error.facts) for _ in batch]
        except Exception:  # noqa: BLE001  # Whatever it is, each command meets it alone.
            outcomes = None
        except BaseException:  # The process ends in the middle of it.
            for call in batch:
                _tell(call, OutcomeUnknown(retry_after=RETRY_SECONDS))
            raise
        if outcomes is None:
            await self._one_by_one(batch)
            return
        for call, outcome in zip(batch, outcomes, strict=True):
            _tell(call, outcome)

    async def _one_by_one(self, batch: "list[_Call[C, R]]") -> None:
        is_down = False
        for call in batch:
            if is_down:  # Asking for everybody else would only take long.
                _tell(call, OutcomeUnknown(retry_after=RETRY_SECONDS))
                continue
            outcome = await self._alone(call.command)
            if isinstance(outcome, Unavailable):
                is_down = True
                outcome = OutcomeUnknown(retry_after=RETRY_SECONDS)
            _tell(call, outcome)

    async def _alone(self, command: C) -> R | Exception:
        """A frame of its own: what is raised here must not know whom it is told."""
        try:
            return await self._again(command)
        except Exception as error:  # noqa: BLE001  # Raised at the caller's.
            return error


def _tell(call: "_Call[C, R]", outcome: R | Exception) -> None:
    if call.answer.done():  # The caller has gone.
        return
    if isinstance(outcome, Exception):
        call.answer.set_exception(outcome)
    else:
        call.answer.set_result(outcome)
