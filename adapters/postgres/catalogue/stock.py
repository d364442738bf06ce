"""The stock of events and ticket types, as the catalogue sees it: definitions, sizes, revisions.

The statements name `allotments` and its companions in words, because sales owns those tables.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sqlalchemy import text

from adapters.postgres.transaction import PostgresTransaction
from application.catalogue.ports import Counts
from domain.catalogue.errors import CapacityBelowSold, TicketTypeHasSales
from domain.shared.ids import AllotmentId, EventId

_DEFINE = text(
    """
    insert into allotments (organization_id, id, kind, event_id, created_at)
    values (:organization_id, :id, :kind, :event_id, :at)
    """
)
_COUNT_FROM_ZERO = text(
    """
    insert into allotment_counters (organization_id, allotment_id, capacity)
    values (:organization_id, :id, :capacity)
    """
)
_COUNTS = """
    select allotment_id, capacity, held, sold, blocked, revision
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
_EVER_MOVED = text(
    """
    select exists (
        select from stock_movements
        where organization_id = :organization_id and allotment_id = any(:ids))
    """
)
_FORGET_COUNTERS = text(
    """
    delete from allotment_counters
    where organization_id = :organization_id and allotment_id = any(:ids)
    """
)
_FORGET = text("delete from allotments where organization_id = :organization_id and id = any(:ids)")


class PostgresStock:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def open(
        self,
        allotment_id: AllotmentId,
        kind: Literal["event", "ticket_type"],
        event_id: EventId,
        capacity: int,
    ) -> None:
        await self._run(_DEFINE, id=allotment_id, kind=kind, event_id=event_id, at=self._tx.now)
        await self._run(_COUNT_FROM_ZERO, id=allotment_id, capacity=capacity)

    async def lock(self, ids: Iterable[AllotmentId]) -> Mapping[AllotmentId, Counts]:
        return await self._counted(_LOCK, ids)

    async def counts(self, ids: Iterable[AllotmentId]) -> Mapping[AllotmentId, Counts]:
        return await self._counted(_READ, ids)

    async def resize(self, allotment_id: AllotmentId, capacity: int) -> None:
        counts = (await self.lock([allotment_id]))[allotment_id]
        taken = counts.held + counts.sold + counts.blocked
        if capacity < taken:
            raise CapacityBelowSold(capacity=capacity, taken=taken)
        await self._run(_RESIZE, id=allotment_id, capacity=capacity)

    async def touch_offer(self, event_id: EventId) -> None:
        touched = await self._run(_TOUCH, id=event_id)
        assert touched.rowcount == 1, "Every event has its counter."

    async def close(self, ids: Iterable[AllotmentId]) -> None:
        closing = list(ids)
        for counts in (await self.lock(closing)).values():
            if counts.held or counts.sold or counts.blocked:
                raise TicketTypeHasSales
        if (await self._run(_EVER_MOVED, ids=closing)).scalar_one():
            raise TicketTypeHasSales
        await self._run(_FORGET_COUNTERS, ids=closing)
        await self._run(_FORGET, ids=closing)

    async def _counted(
        self, statement: Any, ids: Iterable[AllotmentId]
    ) -> dict[AllotmentId, Counts]:
        rows = await self._run(statement, ids=list(ids))
        return {
            row.allotment_id: Counts(row.capacity, row.held, row.sold, row.blocked, row.revision)
            for row in rows
        }

    async def _run(self, statement: Any, **parameters: Any) -> Any:
        (organization_id,) = self._tx.scope.organization_ids
        return await self._tx.connection.execute(
            statement, {"organization_id": organization_id, **parameters}
        )
