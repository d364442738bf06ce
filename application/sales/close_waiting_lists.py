"""There is nothing to wait for any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from application.sales.waiting_list_ports import BeginWaitingList, EntryPlace, WaitingListPlaces
from application.shared import scope
from domain.sales.box_office import Movement
from domain.shared.ids import EventId, OrganizationId

BATCH = 200
"""How many entries one transaction closes, so that it never holds a hot row for long."""


@dataclass(frozen=True, slots=True)
class CloseWaitingLists:
    """Close entries whose event is cancelled or whose sale is over, and give everything back.

    An offer that still stands when its sale was ended early goes with them.
    """

    begin: BeginWaitingList
    places: WaitingListPlaces

    async def __call__(self, event_id: EventId | None = None) -> int:
        """Everywhere, or at one event; answers how many entries were closed."""
        closed = 0
        while over := await self.places.over(BATCH, event_id):
            ordered = sorted(over, key=lambda place: place.organization_id)
            now_closed = 0
            for seller, places in groupby(ordered, key=lambda place: place.organization_id):
                now_closed += await self._close(seller, list(places))
            closed += now_closed
            if not now_closed:
                break
        return closed

    async def _close(self, organization_id: OrganizationId, over: Sequence[EntryPlace]) -> int:
        movements: list[Movement] = []
        ids = [place.entry_id for place in over]
        async with self.begin(scope.organizations([organization_id])) as tx:
            stock = await tx.stock.lock(await tx.entries.stock_of(ids))
            found = (await tx.entries.lock(ids)).values()
            # One that was offered just now, with other draws, is left for the next round.
            entries = [
                entry
                for entry in found
                if entry.is_open and (entry.owed.keys() | entry.blocked.keys()) <= stock.keys()
            ]
            for entry in entries:
                movements += entry.close(stock, at=tx.now)
            await tx.entries.save(entries)
            await tx.stock.owe(stock.values())
            await tx.stock.save(stock.values(), movements)
        return len(entries)
