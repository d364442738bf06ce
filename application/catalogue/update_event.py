"""An organisation changes what it says about an event."""

from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType

from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue, VenueSites
from application.shared.actor import Actor
from application.shared.messages import AddressFields, Command, Instant, changes_of
from domain.catalogue.event import Event, LocationType, Visibility
from domain.shared.ids import AllotmentId, EventId, OrganizationId, VenueId
from domain.shared.period import Period
from domain.shared.permissions import Permission

_DOMAIN_NAMES = {"start_datetime": "starts_at", "end_datetime": "ends_at"}


class UpdateEventCommand(Command):
    """What is not set stays as it is."""

    venue_id: VenueId | None | UnsetType = UNSET
    name: str | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    category: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    start_datetime: Instant | UnsetType = UNSET
    end_datetime: Instant | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    sales_start: Instant | None | UnsetType = UNSET
    sales_end: Instant | None | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET
    location_type: LocationType | UnsetType = UNSET
    address: AddressFields | None | UnsetType = UNSET
    images: list[str | dict[str, Any]] | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdateEvent:
    """Change the named fields; quotes made before are refused from now on.

    Raises EventNotFound, Forbidden, EventStatusConflict, CurrencyFixed, CapacityBelowSold, Invalid.
    """

    begin: BeginCatalogue
    access: EventAccess
    venue_sites: VenueSites

    async def __call__(self, actor: Actor, event_id: EventId, command: UpdateEventCommand) -> None:
        organization_id = await self.access(actor, Permission.EVENTS_EDIT, event_id)
        changes = await self._changes(organization_id, command)
        async with self.begin(actor.within(organization_id)) as tx:
            event = await tx.events.get(event_id)
            has_ticket_types = "currency" in changes and bool(
                await tx.ticket_types.of_event(event_id)
            )
            edited = event.edited(
                _with_sales(changes, event), has_ticket_types=has_ticket_types, at=tx.now
            )
            await tx.events.save(edited)
            if edited.capacity != event.capacity:
                await tx.stock.resize(AllotmentId(event_id), edited.capacity)
            await tx.stock.touch_offer(event_id)

    async def _changes(
        self, organization_id: OrganizationId, command: UpdateEventCommand
    ) -> dict[str, Any]:
        """The changes as the domain calls them; a new venue brings its address."""
        changes: dict[str, Any] = {
            _DOMAIN_NAMES.get(name, name): value for name, value in changes_of(command).items()
        }
        for name in ("tags", "images"):
            if name in changes:
                changes[name] = tuple(changes[name])
        if "currency" in changes:
            changes["currency"] = changes["currency"].upper()
        if isinstance(command.address, AddressFields):
            changes["address"] = command.address.as_address()
        if changes.get("venue_id") is not None:
            address = await self.venue_sites.address_of(organization_id, changes["venue_id"])
            changes.setdefault("address", address)
        return changes


def _with_sales(changes: dict[str, Any], event: Event) -> dict[str, Any]:
    """The sales window as a whole, for its two ends are checked together."""
    others = {name: value for name, value in changes.items() if not name.startswith("sales_")}
    starts = changes.get("sales_start", event.sales.starts)
    ends = changes.get("sales_end", event.sales.ends)
    return others | {"sales": Period(starts, ends)}
