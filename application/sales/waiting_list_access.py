"""Whose place in line it is, and whether the one who asks may touch it."""

from collections.abc import Mapping
from dataclasses import dataclass

from application.sales.waiting_list_ports import (
    EntryPlace,
    WaitingListPlaces,
    WaitingListSecrets,
    WaitingListTransaction,
    WaitingVisitor,
)
from application.shared.actor import Actor, authorize
from domain.sales.allotment import Allotment
from domain.sales.errors import EventNotFound, WaitingListEntryNotFound
from domain.sales.waiting_list import WaitingListEntry
from domain.shared.errors import NotFound, StaleVersion
from domain.shared.ids import AllotmentId, EventId, OrganizationId, WaitingListEntryId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class WaitingListAccess:
    """By the account that joined, by the secret that a guest was given, or by membership."""

    places: WaitingListPlaces
    secrets: WaitingListSecrets

    async def to_entry(
        self, visitor: WaitingVisitor, entry_id: WaitingListEntryId, permission: Permission
    ) -> EntryPlace:
        """Raises WaitingListEntryNotFound, also to strangers, and Forbidden to other members."""
        place = await self.places.place_of(entry_id)
        if visitor.secret is not None and self.secrets.entry(visitor.secret) == entry_id:
            return place
        if visitor.actor is None:
            raise WaitingListEntryNotFound
        if visitor.actor.owns(place.user_id):
            return place
        return _for_staff(visitor.actor, permission, place)

    async def to_staff_entry(
        self, actor: Actor, entry_id: WaitingListEntryId, permission: Permission
    ) -> EntryPlace:
        """By membership alone. Raises WaitingListEntryNotFound (to strangers), Forbidden."""
        return _for_staff(actor, permission, await self.places.place_of(entry_id))

    async def to_event(
        self, actor: Actor, event_id: EventId, permission: Permission
    ) -> OrganizationId:
        """Whose event it is. Raises EventNotFound, also to strangers, and Forbidden to members."""
        organization_id = await self.places.organization_of(event_id)
        try:
            authorize(actor, permission, organization_id, event_id=event_id)
        except NotFound as error:
            raise EventNotFound from error
        return organization_id


async def give_up_place(
    tx: WaitingListTransaction, entry: WaitingListEntry, stock: Mapping[AllotmentId, Allotment]
) -> None:
    """Entry and stock are locked. Raises StaleVersion."""
    if not (entry.owed.keys() | entry.blocked.keys()) <= stock.keys():
        raise StaleVersion  # It was offered just now, with other draws.
    moved = entry.leave(stock, at=tx.now)
    await tx.entries.save([entry])
    tx.announce(entry)
    await tx.stock.owe(stock.values())
    await tx.stock.save(stock.values(), moved)


def _for_staff(actor: Actor, permission: Permission, place: EntryPlace) -> EntryPlace:
    try:
        authorize(actor, permission, place.organization_id, event_id=place.event_id)
    except NotFound as error:
        raise WaitingListEntryNotFound from error
    return place
