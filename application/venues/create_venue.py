"""An organisation adds a place."""

from dataclasses import dataclass
from typing import Any

from application.shared.actor import Actor, authorize
from application.shared.ids import IdFactory
from application.shared.messages import AddressFields, Command
from application.venues.ports import BeginVenues, Venue
from domain.shared.ids import OrganizationId, VenueId
from domain.shared.permissions import Permission


class CreateVenueCommand(Command):
    organization_id: OrganizationId
    name: str
    address: AddressFields
    capacity: int
    timezone: str
    metadata: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class CreateVenue:
    """Check the place and keep it. Raises NotFound, Forbidden, Invalid."""

    begin: BeginVenues
    ids: IdFactory

    async def __call__(self, actor: Actor, command: CreateVenueCommand) -> VenueId:
        authorize(actor, Permission.VENUES_EDIT, command.organization_id)
        venue_id = VenueId(self.ids.new())
        async with self.begin(actor.within(command.organization_id)) as tx:
            await tx.venues.add(
                Venue(
                    organization_id=command.organization_id,
                    id=venue_id,
                    name=command.name,
                    address=command.address.as_address(),
                    capacity=command.capacity,
                    timezone=command.timezone,
                    metadata=command.metadata,
                    created_at=tx.now,
                    updated_at=tx.now,
                )
            )
            tx.remember(venue_id)
        return venue_id
