"""Definitions and sizes of whatever is scarce, for the contexts that define something scarce.

An event, a ticket type and a promo code share their id with their allotment; a pool is one. The
statements name the tables in words, because sales owns them; what moves units is in its own store.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, text

from adapters.postgres.transaction import PostgresTransaction
from domain.shared.ids import AllotmentId, EventId, OrganizationId

Kind = Literal["event", "ticket_type", "pool", "promo_code"]

_DEFINE = text(
    """
    insert into allotments (organization_id, id, kind, event_id, name, created_at)
    values (:organization_id, :id, :kind, :event_id, :name, :at)
    """
)
_COUNT_FROM_ZERO = text(
    """
    insert into allotment_counters (organization_id, allotment_id, capacity)
    values (:organization_id, :id, :capacity)
    """
)
_COUNTS = """
    select allotment_id, capacity, held, sold, blocked, revision, waiting,
           held + sold + blocked as taken
    from allotment_counters
    where organization_id = :organization_id and allotment_id = any(:ids)
    order by allotment_id
    """
_READ = text(_COUNTS)
_LOCK = text(_COUNTS + " for update")
_RESIZE = text(
    """
    update allotment_counters set capacity = :capacity
    where organization_id = :organization_id and allotment_id = :id
    """
)
_TOUCH = text(
    """
    update allotment_counters set revision = revision + 1
    where organization_id = :organization_id and allotment_id = :id
    """
)
# In the order in which everybody locks counters.
_TOUCH_ALL = text(
    """
    with ahead as (
        select c.allotment_id from allotment_counters c
        join events e on e.organization_id = c.organization_id and e.id = c.allotment_id
        where c.organization_id = :organization_id and e.ends_at > :at
        order by c.allotment_id
        for no key update of c
    )
    update allotment_counters c set revision = revision + 1
    from ahead
    where c.organization_id = :organization_id and c.allotment_id = ahead.allotment_id
    """
)
# Whether an order or a place on the waiting list remembers one of them. Asked of the event's own
# rows, which have an index: the history of all movements has none by allotment, and one would cost
# every order a write per draw.
_EVER_DRAWN = text(
    """
    select exists (
        select from orders
        where organization_id = :organization_id and event_id = :event_id
          and draw_ids && cast(:ids as uuid[]))
    or exists (
        select from waiting_list_entries
        where organization_id = :organization_id and event_id = :event_id
          and draw_ids && cast(:ids as uuid[]))
    """
)
_CODE_EVER_USED = text(
    """
    select exists (
        select from orders
        where organization_id = :organization_id and promo_code_id = :id)
    """
)
_FORGET_COUNTERS = text(
    """
    delete from allotment_counters
    where organization_id = :organization_id and allotment_id = any(:ids)
    """
)
_FORGET = text("delete from allotments where organization_id = :organization_id and id = any(:ids)")


class PostgresAllotments:
    """The allotments of one organisation, in its transaction."""

    def __init__(self, tx: PostgresTransaction, organization_id: OrganizationId) -> None:
        self._tx = tx
        self._organization_id = organization_id

    async def open(
        self,
        allotment_id: AllotmentId,
        kind: Kind,
        *,
        capacity: int | None,
        event_id: EventId | None = None,
        name: str | None = None,
    ) -> None:
        """A new allotment, empty; a capacity of None is without end."""
        defined = {"id": allotment_id, "kind": kind, "event_id": event_id, "name": name}
        await self._run(_DEFINE, **defined, at=self._tx.now)
        await self._run(_COUNT_FROM_ZERO, id=allotment_id, capacity=capacity)

    async def lock(self, ids: Iterable[AllotmentId]) -> dict[AllotmentId, Row[Any]]:
        """Their counters, locked in the order of their ids; unknown ones are left out."""
        return {row.allotment_id: row for row in await self._run(_LOCK, ids=list(ids))}

    async def read(self, ids: Iterable[AllotmentId]) -> dict[AllotmentId, Row[Any]]:
        """Their counters as they are at this moment."""
        return {row.allotment_id: row for row in await self._run(_READ, ids=list(ids))}

    async def resize(self, allotment_id: AllotmentId, capacity: int | None) -> None:
        """Whoever calls has locked the counter and looked at it."""
        await self._run(_RESIZE, id=allotment_id, capacity=capacity)

    async def touch(self, event_id: EventId) -> None:
        """One more edition of the event's offer."""
        touched = await self._run(_TOUCH, id=event_id)
        assert touched.rowcount == 1, "Every event has its counter."

    async def touch_all(self, at: datetime) -> None:
        """One more edition of the offer of each event that is not over then."""
        await self._run(_TOUCH_ALL, at=at)

    async def were_drawn(self, event_id: EventId, ids: Iterable[AllotmentId]) -> bool:
        """Whether an order or the waiting list of the event, at whatever time, took of them.

        Asked after the lock, in a statement of its own.
        """
        found = await self._run(_EVER_DRAWN, event_id=event_id, ids=list(ids))
        return bool(found.scalar_one())

    async def was_code_used(self, allotment_id: AllotmentId) -> bool:
        """Whether an order, at whatever time, used the promo code."""
        return bool((await self._run(_CODE_EVER_USED, id=allotment_id)).scalar_one())

    async def forget(self, ids: Iterable[AllotmentId]) -> None:
        """Their counters and definitions."""
        closing = list(ids)
        await self._run(_FORGET_COUNTERS, ids=closing)
        await self._run(_FORGET, ids=closing)

    async def _run(self, statement: Any, **parameters: Any) -> Any:
        return await self._tx.connection.execute(
            statement, {"organization_id": self._organization_id, **parameters}
        )
