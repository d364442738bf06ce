"""Somebody has closed their account: no line knows them any more."""

from dataclasses import dataclass
from uuid import UUID

from application.sales.waiting_list_access import give_up_place
from application.sales.waiting_list_ports import (
    BeginWaitingList,
    EntryPlace,
    WaitingListPlaces,
)
from application.shared.scope import organizations
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class ForgetWaitingPerson:
    """Give up each place that they have, and write nobody's name on all that they ever had.

    A job: tried again it finds what is left. Raises StaleVersion, and is then called again.
    """

    begin: BeginWaitingList
    places: WaitingListPlaces

    async def __call__(self, *, user_id: str) -> None:
        for place in await self.places.of_person(UserId(UUID(user_id))):
            await self._forget(place)

    async def _forget(self, place: EntryPlace) -> None:
        async with self.begin(organizations([place.organization_id])) as tx:
            stock = await tx.stock.lock(await tx.entries.stock_of([place.entry_id]))
            entry = (await tx.entries.lock([place.entry_id]))[place.entry_id]
            if entry.is_open:
                await give_up_place(tx, entry, stock)
            entry.forget()
            await tx.entries.forget(entry)
