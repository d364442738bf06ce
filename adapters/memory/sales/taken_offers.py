"""The waiting list's offers as far as ordering goes, in memory."""

from collections.abc import Collection, Mapping

from adapters.memory.database import MemoryTable, MemoryTransaction, save_versioned
from domain.sales.waiting_list import WaitingListEntry, WaitingStatus
from domain.shared.ids import OrderId, WaitingListEntryId


class MemoryTakenOffers:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._rows: MemoryTable[WaitingListEntryId, WaitingListEntry]
        self._rows = tx.database.table("waiting_list_entries")

    async def lock(self, ids: Collection[WaitingListEntryId]) -> set[WaitingListEntryId]:
        found = [entry for id_ in ids if (entry := self._rows.get(id_)) is not None]
        return {
            entry.id
            for entry in found
            if entry.organization_id in self._tx.scope.organization_ids
            and entry.status is WaitingStatus.OFFERED
            and not entry.is_lapsed(self._tx.now)
        }

    async def take(self, orders: Mapping[WaitingListEntryId, OrderId]) -> None:
        for id_, order_id in orders.items():
            entry = self._rows.get(id_)
            assert entry is not None, "It was locked."
            entry.take(order_id, at=self._tx.now)
            save_versioned(self._rows, id_, entry)
