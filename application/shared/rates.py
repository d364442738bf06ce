"""How often somebody may ask: a bucket for each of them, which requests fill and time empties.

A bucket is one number, the moment at which it will be empty (GCRA). What a process does not know of
is empty, so buckets that have run dry are forgotten without anybody noticing.
"""

import re
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

BUCKETS_MAX = 50_000
"""Per policy and process: some 10 MB."""
SHARED_BUCKETS = 1_024
"""For whoever comes when there are so many: nobody else's bucket is thrown away for them."""

_SLACK = 1e-6
"""Of a request: what adding up fractions may be wrong by."""
_WRITTEN = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,6})")
_SHARED = tuple(b"~%d" % number for number in range(SHARED_BUCKETS))


class Rate(NamedTuple):
    """So many in a minute on average, and so many at once: `120/60`."""

    per_minute: int
    burst: int

    @classmethod
    def parse(cls, written: str) -> "Rate":
        """Raises ValueError."""
        found = _WRITTEN.fullmatch(written.strip())
        if found is None:
            raise ValueError("write PER_MINUTE/BURST, as 120/60")
        return cls(int(found[1]), int(found[2]))

    def times(self, factor: int) -> "Rate":
        return Rate(self.per_minute * factor, self.burst * factor)


class Policy:
    """One limit and the buckets of all whom it concerns.

    `spend` is in the way of every request: no await, no call, about a microsecond.
    """

    def __init__(
        self,
        name: str,
        rate: Rate,
        *,
        buckets_max: int = BUCKETS_MAX,
        now: Callable[[], float] = monotonic,
        on_first: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_first` is called when something is spent and nothing was before."""
        self.name = name
        self.rate = rate
        self._buckets_max = buckets_max
        self._now = now
        self._on_first = on_first
        self.cost_s = 60 / rate.per_minute
        """How long one request takes to run dry, of the whole limit."""
        self._empty_at: dict[bytes, float] = {}  # Whoever asked last is last.
        self._spent: dict[bytes, int] = {}
        self.share(1)

    def share(self, processes: int) -> None:
        """Only this part of the limit, because nobody tells what the other processes let in."""
        self.burst = max(1, self.rate.burst // processes)
        self.interval_s = self.cost_s * processes
        self.window_s = self.burst * self.interval_s
        """How long a full bucket takes to run dry."""
        self._reach_s = self.window_s + self.interval_s * _SLACK

    def spend(self, who: bytes) -> float:
        """Seconds until the bucket would overflow, after this request; if below zero, it is refused
        and may come so many seconds later.
        """
        now = self._now()
        buckets = self._empty_at
        empty_at = buckets.pop(who, None)
        if empty_at is None:
            who, empty_at = self._bucket_for(who, now)
        elif empty_at < now:
            empty_at = now
        filled = empty_at + self.interval_s
        room = self._reach_s - (filled - now)
        if room < 0:
            buckets[who] = empty_at
            return room
        buckets[who] = filled
        spent = self._spent
        if not spent:
            self._on_first()
        spent[who] = spent.get(who, 0) + 1
        return room

    def taken(self) -> dict[bytes, int]:
        """Requests let in since the last time that this was asked, by bucket."""
        spent, self._spent = self._spent, {}
        # Other processes put others into a bucket that is shared.
        return {who: count for who, count in spent.items() if not who.startswith(b"~")}

    def owes(self, who: bytes, seconds: float) -> None:
        """What the whole fleet let in takes so long to run dry; never shortens what is known."""
        empty_at = self._empty_at.get(who)
        if empty_at is not None:
            unsaid = self._spent.get(who, 0) * self.interval_s
            self._empty_at[who] = max(empty_at, self._now() + seconds + unsaid)

    @property
    def has_news(self) -> bool:
        return bool(self._spent)

    def __len__(self) -> int:
        return len(self._empty_at)

    def _bucket_for(self, who: bytes, now: float) -> tuple[bytes, float]:
        """Makes room for somebody new out of two that have run dry."""
        buckets = self._empty_at
        for _ in range(2):
            oldest = next(iter(buckets), None)
            if oldest is None or buckets[oldest] > now:
                break
            del buckets[oldest]
        if len(buckets) < self._buckets_max:
            return who, now
        shared = _SHARED[hash(who) % SHARED_BUCKETS]
        return shared, max(now, buckets.pop(shared, now))
