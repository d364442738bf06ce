"""What every transaction gives, whichever context asks: the time, later work, and once-only
effects.

`async with self.begin(scope) as tx:` is the transaction: leaving commits, raising rolls back, and
inside the block only `tx` is awaited. What aggregates recorded is written with them.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

from application.shared.idempotency import Repeats
from application.shared.origin import Origin
from domain.shared.aggregate import Aggregate
from domain.shared.errors import Conflict, Unauthenticated, Unavailable


class SessionEnded(Unauthenticated):
    """This session has ended; sign in again."""

    code = "session_ended"


class DatabaseDown(Unavailable):
    """The database cannot be reached; nothing was changed, try again shortly."""

    code = "database_down"


class NothingDone(DatabaseDown):
    """The database cannot be reached; nothing was changed, try again shortly."""

    # Raised before anything was asked of it: no commit can be under way.


class Contention(Conflict):
    """Too many people are changing this at once; try again."""

    code = "contention"


class Stuck(Contention):
    """Somebody has been changing this for too long; try again shortly."""


class AlreadyExists(Conflict):
    """There is one already."""

    code = "already_exists"


NOBODY_ELSE: Mapping[UUID, Origin | None] = MappingProxyType({})


class Transaction(Protocol):
    """The part that all contexts share; each adds the stores it asked for."""

    @property
    def now(self) -> datetime: ...  # Read after the last lock; the only time business code knows.

    @property
    def repeats(self) -> Repeats: ...

    # Their events, written at commit. Those of an aggregate that is named in `by` are that one's
    # doing, in a commit that many share; all others are the scope's.
    def announce(
        self, *aggregates: Aggregate, by: Mapping[UUID, Origin | None] = NOBODY_ELSE
    ) -> None: ...

    def enqueue(self, job: str, arguments: Mapping[str, Any]) -> None: ...  # In this commit.

    # What repeats of this request are told: what the use case answers. Without a key, nothing.
    def remember(self, outcome: Any, *, is_secret: bool = False) -> None: ...

    # True the first time this subscriber meets this event, for ever; part of this commit.
    async def once(self, subscriber: str, event_id: int) -> bool: ...
