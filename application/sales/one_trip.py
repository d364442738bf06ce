"""The short way to the stock: decide by the counters as they were last seen, and write everything
in one guarded round trip.

It only ever says yes. Whatever a guard refuses, and whatever is scarce, goes the exact path, which
locks before it decides.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from msgspec import Struct

from application.shared.clock import Clock
from application.shared.idempotency import RequestKey
from application.shared.origin import Origin
from domain.sales.allotment import Allotment
from domain.sales.box_office import Claim, Decisions, Units
from domain.sales.order import Order
from domain.shared.ids import AllotmentId, EventId, OrganizationId, SessionId

KNOWN_SECONDS = 60.0
"""So long counters that nobody asked for are believed: the guards refuse what is no longer so."""

KNOWN_MAX = 50_000


class Seen(Struct, frozen=True):
    """Counters as this process last saw them."""

    stock: dict[AllotmentId, Allotment]
    now: datetime
    """What the database's clock says, give or take a second."""


class Batch(Struct, frozen=True, kw_only=True):
    """What is to be written: wholly, or not at all."""

    placed: Sequence[tuple[Claim, Order]]
    origins: Sequence[Origin | None]
    """Who placed each of them, and from where."""
    decisions: Decisions
    keys: Sequence[tuple[RequestKey, Order]]
    sessions: Collection[SessionId]
    in_carts: Units
    now: datetime


class Found(Struct, frozen=True):
    """What is committed."""

    stock: dict[AllotmentId, Allotment]
    overdue: frozenset[EventId]
    """Events with unpaid orders past their time, which may yet give their units back."""
    keys: frozenset[UUID]
    """Requests that were answered before."""
    ended: frozenset[SessionId] = frozenset()
    """Sessions that are over, or never were."""


class OneTrip(Protocol):
    # Copies of those counters that were seen lately, free to be changed; None before any was.
    def seen(self, ids: Collection[AllotmentId]) -> Seen | None: ...

    # The same, cheaper: not to be changed.
    def glance(self, ids: Collection[AllotmentId]) -> Seen | None: ...

    # What is committed at this moment: nobody is waited for, and nothing is locked.
    async def look(
        self,
        organization_ids: Collection[OrganizationId],
        ids: Collection[AllotmentId],
        event_ids: Collection[EventId],
        key_ids: Collection[UUID],
        sessions: Collection[SessionId] = (),
    ) -> Found: ...

    # What a transaction that locked the counters left behind; nobody changes it any more.
    def learn(self, stock: Iterable[Allotment], now: datetime) -> None: ...

    # False if a guard refused, and nothing was written: a key that was used, a session that ended,
    # an offer that was edited, stock that is gone, or owed, or in carts. Raises DatabaseDown.
    async def write(self, batch: Batch) -> bool: ...


class _Known(NamedTuple):
    allotment: Allotment
    at: float


class LastSeen:
    """Counters as transactions of this process left them. `ticks` counts seconds.

    With a `clock` given, time is virtual; else it is the database's, carried on by `ticks`.
    """

    def __init__(self, clock: Clock | None, ticks: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ticks = ticks
        self._known: dict[AllotmentId, _Known] = {}
        self._now: tuple[datetime, float] | None = None

    def seen(self, ids: Collection[AllotmentId]) -> Seen | None:
        """Copies of those that were seen lately; None before anything was."""
        seen = self.glance(ids)
        if seen is None:
            return None
        return Seen({id_: allotment.copy() for id_, allotment in seen.stock.items()}, seen.now)

    def glance(self, ids: Collection[AllotmentId]) -> Seen | None:
        """Those that were seen lately, not to be changed; None before anything was."""
        if self._now is None:
            return None
        ticks = self._ticks()
        since = ticks - KNOWN_SECONDS
        stock: dict[AllotmentId, Allotment] = {}
        for id_ in ids:
            known = self._known.get(id_)
            if known is not None and known.at >= since:
                stock[id_] = known.allotment
        at, then = self._now
        return Seen(stock, self._clock() if self._clock else at + timedelta(seconds=ticks - then))

    def learn(self, stock: Iterable[Allotment], now: datetime) -> None:
        ticks = self._ticks()
        self._now = (now, ticks)
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
        for allotment in stock:
            self._known[allotment.id] = _Known(allotment, ticks)

    def forget(self, ids: Iterable[AllotmentId]) -> None:
        for id_ in ids:
            self._known.pop(id_, None)
