"""An organisation gives up a place that no event needs."""

from dataclasses import dataclass

from application.shared.actor import Actor, authorize
from application.venues.ports import BeginVenues, VenueOwners
from domain.shared.ids import VenueId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class DeleteVenue:
    """Remove the venue. Raises VenueNotFound, Forbidden, VenueInUse."""

    begin: BeginVenues
    owners: VenueOwners

    async def __call__(self, actor: Actor, venue_id: VenueId) -> None:
        organization_id = await self.owners.organization_of_venue(venue_id)
        authorize(actor, Permission.VENUES_EDIT, organization_id)
        async with self.begin(actor.within(organization_id)) as tx:
            await tx.venues.remove(await tx.venues.get(venue_id))
