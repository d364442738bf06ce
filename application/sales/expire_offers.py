"""Offers that nobody took up in time give their tickets back, each exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from application.sales.waiting_list_ports import (
    BeginWaitingList,
    EntryPlace,
    WaitingListPlaces,
)
from application.shared import scope
from domain.sales.box_office import Movement
from domain.shared.ids import OrganizationId

BATCH = 200
"""How many offers one transaction ends, so that it never holds a hot row for long."""


@dataclass(frozen=True, slots=True)
class ExpireOffers:
    """End what is past its time, in batches; each is announced, and the next in line is served.

    Hygiene alone: an offer past its time is refused whether or not this has run.
    """

    begin: BeginWaitingList
    places: WaitingListPlaces

    async def __call__(self) -> int:
        """Everything that is over now; answers how many offers ended."""
        ended = 0
        while due := await self.places.lapsed(BATCH):
            ordered = sorted(due, key=lambda place: place.organization_id)
            now_ended = 0
            for seller, places in groupby(ordered, key=lambda place: place.organization_id):
                now_ended += await self._end(seller, list(places))
            ended += now_ended
            if len(due) < BATCH or not now_ended:
                break
        return ended

    async def _end(self, organization_id: OrganizationId, due: Sequence[EntryPlace]) -> int:
        movements: list[Movement] = []
        ids = [place.entry_id for place in due]
        async with self.begin(scope.organizations([organization_id])) as tx:
            stock = await tx.stock.lock(await tx.entries.stock_of(ids))
            lapsed = await tx.entries.lock_lapsed(ids)
            for entry in lapsed:
                movements += entry.lapse(stock, at=tx.now)
            await tx.entries.save(lapsed)
            tx.announce(*lapsed)
            await tx.stock.save(stock.values(), movements)
        return len(lapsed)
