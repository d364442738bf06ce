"""What an organisation sells, seen from its standing, in memory."""

from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.memory.database import MemoryTable, MemoryTransaction
from adapters.memory.identity import MemoryIdentityTransaction
from adapters.memory.stock_rows import MemoryCounter
from domain.shared.ids import AllotmentId, OrganizationId


class MemoryOwnSales:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._events: MemoryTable[UUID, Any] = tx.database.table("events")
        self._orders: MemoryTable[UUID, Any] = tx.database.table("orders")
        self._counters: MemoryTable[AllotmentId, MemoryCounter] = tx.database.table("counters")

    async def doubt_offers(self, organization_id: OrganizationId, at: datetime) -> None:
        for event_id in self._ahead(organization_id, at):
            counter = self._counters.get(AllotmentId(event_id))
            if counter is not None:
                counter.revision += 1
                self._counters.put(AllotmentId(event_id), counter)

    async def has_orders_ahead(self, organization_id: OrganizationId, at: datetime) -> bool:
        ahead = self._ahead(organization_id, at)
        return bool(
            self._orders.where(
                lambda order: order.event_id in ahead and order.status.value in ("pending", "paid")
            )
        )

    def _ahead(self, organization_id: OrganizationId, at: datetime) -> set[UUID]:
        own = self._events.where(
            lambda event: event.organization_id == organization_id and event.ends_at > at
        )
        return {event.id for event in own}


class MemoryStandingTransaction(MemoryIdentityTransaction):
    sales: MemoryOwnSales

    def build(self) -> None:
        super().build()
        self.sales = MemoryOwnSales(self)
