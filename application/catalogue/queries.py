"""Questions about events and their ticket types.

Everybody sees published events (unlisted ones only by id) and cancelled ones that had been
published. The organisations of the scope see all of theirs. To others the rest is not there.
"""

from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from application.catalogue.ports import EventOwners
from application.shared import scope
from application.shared.actor import Actor
from application.shared.messages import AddressFields, View
from application.shared.paging import Page, PageRequest
from application.shared.scope import PUBLIC, Scope
from domain.catalogue.event import LocationType, Visibility
from domain.catalogue.phase import Phase
from domain.shared.ids import EventId, OrganizationId, TicketTypeId, VenueId
from domain.shared.permissions import Permission
from domain.shared.words import Word


class EventView(View):
    id: EventId
    organization_id: OrganizationId
    venue_id: VenueId | None
    name: str
    slug: str
    description: str | None
    category: str
    tags: list[str]
    start_datetime: datetime
    end_datetime: datetime
    timezone: str
    status: Phase
    visibility: Visibility
    location_type: LocationType
    address: AddressFields | None
    images: list[Any]
    metadata: dict[str, Any]
    sales_start: datetime | None
    sales_end: datetime | None
    capacity: int
    currency: str
    min_ticket_price: str | None
    """The lowest price of an active ticket type, in the event's currency; null without any."""
    max_ticket_price: str | None
    created_at: datetime
    updated_at: datetime


class Offered(Word):
    """What a ticket type's `status` shows."""

    ACTIVE = "active"
    SOLD_OUT = "sold_out"
    HIDDEN = "hidden"


class TicketTypeView(View):
    id: TicketTypeId
    event_id: EventId
    organization_id: OrganizationId
    name: str
    description: str | None
    price: str
    currency: str
    quantity_total: int
    quantity_available: int
    """The scarcest of what one ticket draws on: its own quantity and the event's room."""
    quantity_sold: int
    quantity_held: int
    min_per_order: int
    max_per_order: int
    sales_start: datetime | None
    sales_end: datetime | None
    status: Offered
    is_free: bool
    sort_order: int
    metadata: dict[str, Any]


class AvailabilityView(View):
    ticket_type_id: TicketTypeId
    event_id: EventId
    available: int
    status: Offered
    is_on_sale: bool
    """Whether an order placed now would be taken."""
    event_status: Phase
    min_per_order: int
    max_per_order: int
    sales_start: datetime | None
    sales_end: datetime | None


class EventFilter(Struct, frozen=True, kw_only=True):
    status: Phase | None = None
    category: str | None = None
    organization_id: OrganizationId | None = None
    venue_id: VenueId | None = None
    starts_from: datetime | None = None
    starts_to: datetime | None = None
    """Exclusive."""
    q: str | None = None
    """Part of the name, the description, the category or a tag, in any case."""


def seen_by(visitor: Actor | None, *asked: OrganizationId) -> Scope:
    """The scope in which a visitor reads: with the drafts of organisations where they may."""
    if visitor is None:
        return PUBLIC
    mine = set(visitor.organizations_with(Permission.EVENTS_VIEW))
    mine.update(one for one in asked if visitor.can(Permission.EVENTS_VIEW, one))
    return scope.organizations(mine, session_id=visitor.session_id)


class EventQueries(EventOwners, Protocol):
    async def get_event(self, scope: Scope, event_id: EventId) -> EventView: ...  # EventNotFound.

    async def list_events(
        self, scope: Scope, where: EventFilter, page: PageRequest
    ) -> Page[EventView]: ...  # By start, earliest first.


class TicketTypeQueries(Protocol):
    """Hidden types are shown to the event's organisation alone. All raise EventNotFound."""

    # In the order the organisation chose; complete, for an event has at most 100.
    async def list_ticket_types(self, scope: Scope, event_id: EventId) -> Page[TicketTypeView]: ...

    async def get_ticket_type(
        self, scope: Scope, event_id: EventId, ticket_type_id: TicketTypeId
    ) -> TicketTypeView: ...  # Raises TicketTypeNotFound.

    async def get_availability(
        self, scope: Scope, event_id: EventId, ticket_type_id: TicketTypeId
    ) -> AvailabilityView: ...  # Raises TicketTypeNotFound.
