"""An organisation plans an event."""

from dataclasses import dataclass
from typing import Any

from application.catalogue.ports import BeginCatalogue, Organizers, VenueSites
from application.shared.actor import Actor, authorize
from application.shared.ids import IdFactory
from application.shared.messages import AddressFields, Command, Instant
from domain.catalogue.errors import OrganizerNotActive
from domain.catalogue.event import Event, LocationType, Visibility, free_slug, wanted_slug
from domain.shared.address import Address
from domain.shared.ids import AllotmentId, EventId, OrganizationId, VenueId
from domain.shared.period import Period
from domain.shared.permissions import Permission


class CreateEventCommand(Command, kw_only=True):
    organization_id: OrganizationId
    venue_id: VenueId | None = None
    name: str
    description: str | None = None
    category: str
    tags: list[str] = []
    start_datetime: Instant
    end_datetime: Instant
    timezone: str
    capacity: int
    currency: str | None = None
    """The organisation's own if absent."""
    sales_start: Instant | None = None
    sales_end: Instant | None = None
    visibility: Visibility = Visibility.PUBLIC
    location_type: LocationType = LocationType.PHYSICAL
    address: AddressFields | None = None
    """The venue's if absent."""
    images: list[str | dict[str, Any]] = []
    metadata: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class CreateEvent:
    """Write a draft and set its room aside.

    Raises NotFound, Forbidden, OrganizerNotActive, UnknownVenue, Invalid.
    """

    begin: BeginCatalogue
    ids: IdFactory
    organizers: Organizers
    venue_sites: VenueSites

    async def __call__(self, actor: Actor, command: CreateEventCommand) -> EventId:
        organization_id = command.organization_id
        authorize(actor, Permission.EVENTS_EDIT, organization_id)
        organizer = await self.organizers.organizer(organization_id)
        if not organizer.is_active:
            raise OrganizerNotActive
        address = await self._address(command)
        currency = command.currency or organizer.default_currency
        event_id = EventId(self.ids.new())
        async with self.begin(actor.within(organization_id)) as tx:
            wanted = wanted_slug(command.name)
            taken = await tx.events.slugs_like(organization_id, wanted)
            short_id = await tx.events.next_short_id()
            details = _details(command, address, currency)
            event = Event(
                **details,
                organization_id=organization_id,
                id=event_id,
                short_id=short_id,
                slug=free_slug(wanted, taken),
                created_at=tx.now,
                updated_at=tx.now,
            )
            await tx.events.add(event)
            await tx.stock.open(AllotmentId(event_id), "event", event_id, event.capacity)
            tx.remember(event_id)
        return event_id

    async def _address(self, command: CreateEventCommand) -> Address | None:
        found = None
        if command.venue_id is not None:
            found = await self.venue_sites.address_of(command.organization_id, command.venue_id)
        return found if command.address is None else command.address.as_address()


def _details(command: CreateEventCommand, address: Address | None, currency: str) -> dict[str, Any]:
    return {
        "venue_id": command.venue_id,
        "name": command.name,
        "description": command.description,
        "category": command.category,
        "tags": tuple(command.tags),
        "starts_at": command.start_datetime,
        "ends_at": command.end_datetime,
        "timezone": command.timezone,
        "sales": Period(command.sales_start, command.sales_end),
        "capacity": command.capacity,
        "currency": currency.upper(),
        "location_type": command.location_type,
        "visibility": command.visibility,
        "address": address,
        "images": tuple(command.images),
        "metadata": command.metadata,
    }
