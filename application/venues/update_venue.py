"""An organisation corrects what it says about a place."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType

from application.shared.actor import Actor, authorize
from application.shared.messages import AddressFields, Command, changes_of
from application.venues.ports import BeginVenues, VenueOwners
from domain.shared.ids import VenueId
from domain.shared.permissions import Permission


class UpdateVenueCommand(Command):
    """What is not set stays as it is."""

    name: str | UnsetType = UNSET
    address: AddressFields | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdateVenue:
    """Change the named fields. Raises VenueNotFound, Forbidden, Invalid, StaleVersion."""

    begin: BeginVenues
    owners: VenueOwners

    async def __call__(self, actor: Actor, venue_id: VenueId, command: UpdateVenueCommand) -> None:
        organization_id = await self.owners.organization_of_venue(venue_id)
        authorize(actor, Permission.VENUES_EDIT, organization_id)
        changes: dict[str, Any] = changes_of(command)
        if isinstance(command.address, AddressFields):
            changes["address"] = command.address.as_address()
        async with self.begin(actor.within(organization_id)) as tx:
            venue = await tx.venues.get(venue_id)
            await tx.venues.save(dataclasses.replace(venue, **changes, updated_at=tx.now))
