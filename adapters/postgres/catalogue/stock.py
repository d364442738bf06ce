"""The stock of events, ticket types and pools, as the catalogue sees it."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sqlalchemy import Row, text

from adapters.postgres.allotments import PostgresAllotments
from adapters.postgres.transaction import PostgresTransaction
from application.catalogue.ports import Counts
from domain.catalogue.errors import CapacityBelowSold, TicketTypeHasSales
from domain.shared.ids import AllotmentId, EventId, TicketTypeId

_IS_AWAITED = text(
    """
    select exists (
        select from waiting_list_entries
        where organization_id = :organization_id and event_id = :event_id
          and ticket_type_id = :ticket_type_id and status in ('waiting', 'offered'))
    """
)


class PostgresStock:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def open(
        self,
        allotment_id: AllotmentId,
        kind: Literal["event", "ticket_type", "pool"],
        event_id: EventId,
        capacity: int,
        name: str | None = None,
    ) -> None:
        await self._allotments.open(
            allotment_id, kind, capacity=capacity, event_id=event_id, name=name
        )

    async def lock(self, ids: Iterable[AllotmentId]) -> Mapping[AllotmentId, Counts]:
        return _counts(await self._allotments.lock(ids))

    async def counts(self, ids: Iterable[AllotmentId]) -> Mapping[AllotmentId, Counts]:
        return _counts(await self._allotments.read(ids))

    async def resize(self, allotment_id: AllotmentId, capacity: int) -> None:
        counts = (await self.lock([allotment_id]))[allotment_id]
        if capacity < counts.taken:
            raise CapacityBelowSold(
                capacity=capacity,
                taken=counts.taken,
                held=counts.held,
                sold=counts.sold,
                blocked=counts.blocked,
            )
        await self._allotments.resize(allotment_id, capacity)

    async def touch_offer(self, event_id: EventId) -> None:
        await self._allotments.touch(event_id)

    async def is_awaited(self, event_id: EventId, ticket_type_id: TicketTypeId) -> bool:
        (organization_id,) = self._tx.scope.organization_ids
        asked = {"event_id": event_id, "ticket_type_id": ticket_type_id}
        found = await self._tx.connection.execute(
            _IS_AWAITED, asked | {"organization_id": organization_id}
        )
        return bool(found.scalar_one())

    async def close(self, event_id: EventId, ids: Iterable[AllotmentId]) -> None:
        closing = list(ids)
        locked = await self.lock(closing)
        if any(counts.taken for counts in locked.values()):
            raise TicketTypeHasSales
        if await self._allotments.were_drawn(event_id, closing):
            raise TicketTypeHasSales
        await self._allotments.forget(closing)

    @property
    def _allotments(self) -> PostgresAllotments:
        (organization_id,) = self._tx.scope.organization_ids
        return PostgresAllotments(self._tx, organization_id)


def _counts(rows: Mapping[AllotmentId, Row[Any]]) -> dict[AllotmentId, Counts]:
    return {
        id_: Counts(row.capacity, row.held, row.sold, row.blocked, row.revision)
        for id_, row in rows.items()
    }
