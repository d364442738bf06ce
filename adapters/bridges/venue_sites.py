"""The catalogue asks venues where they are."""

from application.shared.scope import public
from application.venues.ports import VenueNotFound
from application.venues.queries import VenueQueries
from domain.catalogue.errors import UnknownVenue
from domain.shared.address import Address
from domain.shared.ids import OrganizationId, VenueId


class BridgedVenueSites:
    def __init__(self, venues: VenueQueries) -> None:
        self._venues = venues

    async def address_of(self, organization_id: OrganizationId, venue_id: VenueId) -> Address:
        try:
            venue = await self._venues.get_venue(public([organization_id]), venue_id)
        except VenueNotFound as error:
            raise UnknownVenue from error
        if venue.organization_id != organization_id:
            raise UnknownVenue
        return venue.address.as_address()
