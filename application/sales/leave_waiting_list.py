"""Somebody waits no more."""

from dataclasses import dataclass

from application.sales.waiting_list_access import WaitingListAccess, give_up_place
from application.sales.waiting_list_ports import BeginWaitingList, WaitingVisitor
from domain.sales.waiting_list import WaitingStatus
from domain.shared.ids import WaitingListEntryId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class LeaveWaitingList:
    """Give up a place in line, or an offer; a repeat changes nothing.

    Its owner may, a guest with the secret, and the organiser's staff who may cancel orders.
    Raises WaitingListEntryNotFound, Forbidden, WaitingStatusConflict.
    """

    begin: BeginWaitingList
    access: WaitingListAccess

    async def __call__(self, visitor: WaitingVisitor, entry_id: WaitingListEntryId) -> None:
        place = await self.access.to_entry(visitor, entry_id, Permission.ORDERS_CANCEL)
        async with self.begin(visitor.within(place.organization_id)) as tx:
            stock = await tx.stock.lock(await tx.entries.stock_of([entry_id]))
            entry = (await tx.entries.lock([entry_id]))[entry_id]
            if entry.status is WaitingStatus.LEFT:
                return
            await give_up_place(tx, entry, stock)
