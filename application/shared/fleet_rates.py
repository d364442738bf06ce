"""The limits of all processes together: what each let in is told to the others, behind its back."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import NamedTuple, Protocol

from application.shared.rates import Policy, Rate
from domain.shared.errors import Unavailable

EXCHANGE_SECONDS = 0.25
"""Until then other processes do not know of a request: each may let in a burst of its own."""


class Spent(NamedTuple):
    bucket: str
    seconds: float
    """How long what was let in takes to run dry."""


class FleetCounts(Protocol):
    """Where all processes add up."""

    @property
    def is_configured(self) -> bool: ...

    async def add(self, spent: Sequence[Spent]) -> Sequence[float]:
        """The seconds that each bucket takes to run dry now. Raises Unavailable."""
        ...


class FleetRates:
    """Every policy by its name, and an exchange of counts that runs while requests come.

    While the counts cannot be had, each process applies its share of each limit.
    """

    def __init__(
        self,
        rates: Mapping[str, Rate],
        counts: FleetCounts,
        *,
        processes: int,
        every_s: float = EXCHANGE_SECONDS,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.policies = {
            name: Policy(name, rate, now=now, on_first=self._soon) for name, rate in rates.items()
        }
        self._counts = counts
        self._processes = processes
        self._every_s = every_s
        self._is_alone = False
        self._timer: asyncio.TimerHandle | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def is_alone(self) -> bool:
        """Whether this process goes by its share."""
        return self._is_alone

    async def exchange(self) -> None:
        """Tell what was let in, and learn what the others did."""
        told = [
            (policy, who, Spent(_bucket(policy, who), count * policy.cost_s))
            for policy in self.policies.values()
            for who, count in policy.taken().items()
        ]
        if not told:
            return
        try:
            owed = await self._counts.add([spent for _, _, spent in told])
        except Unavailable:
            # Not told again: their buckets have them, and by then they have mostly run dry.
            self._go_by(self._processes)
            return
        self._go_by(1)
        for (policy, who, _), seconds in zip(told, owed, strict=True):
            policy.owes(who, seconds)

    async def close(self) -> None:
        """Nothing is exchanged after this until somebody asks again."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go_by(self, share: int) -> None:
        if self._is_alone != (share > 1):
            self._is_alone = share > 1
            for policy in self.policies.values():
                policy.share(share)

    def _soon(self) -> None:
        if self._timer is None and self._counts.is_configured:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._every_s, self._begin)

    def _begin(self) -> None:
        self._running = asyncio.get_running_loop().create_task(self._exchange_once())

    async def _exchange_once(self) -> None:
        try:
            await self.exchange()
        finally:
            self._timer = None
            if any(policy.has_news for policy in self.policies.values()):
                self._soon()


def _bucket(policy: Policy, who: bytes) -> str:
    return f"{policy.name}:{who.hex()}"
