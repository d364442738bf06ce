"""How often something may be tried: secrets are not guessed, and mailboxes not filled."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many tries of one kind in any stretch of this length."""

    kind: str
    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Try:
    """One try against somebody: an account, a network, an address."""

    limit: Limit
    subject: str

    @property
    def key(self) -> bytes:
        """What is kept of the subject: whoever reads the rows learns no address from them."""
        return hashlib.sha256(f"{self.limit.kind}\0{self.subject}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Tally:
    """The tries against one subject that still count, oldest first; never more than the limit."""

    tried_at: tuple[datetime, ...] = ()

    @classmethod
    def of(cls, tried_at: Iterable[datetime], limit: Limit, *, at: datetime) -> "Tally":
        """Without those that are too long ago."""
        return cls(tuple(sorted(moment for moment in tried_at if moment > at - limit.within)))

    def free_at(self, limit: Limit) -> datetime | None:
        """When the next try is admitted; None if one is now.

        What is refused does not count, so refusals do not prolong themselves.
        """
        if len(self.tried_at) < limit.most:
            return None
        return self.tried_at[-limit.most] + limit.within

    def plus(self, at: datetime) -> "Tally":
        return Tally((*self.tried_at, at))

    def without_latest(self) -> "Tally":
        """The latest did no harm."""
        return Tally(self.tried_at[:-1])


def seconds_until(moment: datetime, *, at: datetime) -> int:
    """How long to wait for it, rounded up, and at least one."""
    return max(1, math.ceil((moment - at).total_seconds()))
