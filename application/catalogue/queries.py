"""Questions about events and their ticket types.

Everybody sees published events (unlisted ones only by id) and cancelled ones that had been
published. The organisations of the scope see all of theirs. To others the rest is not there.
"""

from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from application.catalogue.ports import EventOwners
from application.shared.actor import Actor
from application.shared.messages import AddressFields, View
from application.shared.paging import Page, PageRequest
from application.shared.scope import PUBLIC, Scope, public
from domain.catalogue.availability import Left
from domain.catalogue.event import LocationType, Visibility
from domain.catalogue.phase import Phase
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrganizationId,
    PoolId,
    TicketTypeId,
    VenueId,
)
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


class OfferedTicketType(View):
    """A kind of ticket on its event's page: what a shop needs, and nothing of the box office."""

    id: TicketTypeId
    name: str
    description: str | None
    price: str
    currency: str
    available: int
    """The scarcest of its draws, without what lies in carts and is owed to the waiting list. At 0
    while the status is `active`, the rest lies in carts and may come back."""
    status: Offered
    is_on_sale: bool
    """Whether an order placed now would be taken."""
    min_per_order: int
    max_per_order: int
    max_per_customer: int | None
    sales_start: datetime | None
    sales_end: datetime | None


class EventDetail(EventView, kw_only=True):
    """An event with its kinds of tickets, in their order; hidden ones only for its organisation.

    Availability is at most two seconds old to whoever is not signed in. Only an order decides.
    """

    ticket_types: list[OfferedTicketType]


class PoolShareView(View):
    pool_id: PoolId
    units: int


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
    """The scarcest of what one ticket draws on: its own quantity, the event's room and pools."""
    quantity_sold: int
    quantity_held: int
    min_per_order: int
    max_per_order: int
    max_per_customer: int | None
    """Over all orders of one customer."""
    event_units: int
    """What one ticket takes of the event's room."""
    pools: list[PoolShareView]
    sales_start: datetime | None
    sales_end: datetime | None
    status: Offered
    is_free: bool
    sort_order: int
    metadata: dict[str, Any]


class PoolView(View):
    id: PoolId
    event_id: EventId
    name: str
    quantity: int
    quantity_available: int
    """In units, beside what the waiting list is owed."""
    quantity_sold: int
    quantity_held: int
    ticket_type_ids: list[TicketTypeId]
    """The types that draw on it."""


class HeldByView(View):
    """Whose units are held; members who see orders are told."""

    pending_orders: int
    payments_in_flight: int


class DrawnOnView(View):
    """One thing that tickets of the type are taken of: capacity = held + sold + blocked + free."""

    id: AllotmentId
    kind: str
    """`ticket_type`, `pool` or `event`."""
    name: str
    units_per_ticket: int
    capacity: int | None
    held: int
    sold: int
    blocked: int
    """Offered to the waiting list."""
    free: int | None
    waiting: int
    """Of what is free or comes back, so much is owed to the waiting list."""
    in_carts: int
    """Of what is free, so much lies in carts."""
    tickets_left: int | None
    """For how many tickets it suffices."""
    is_limit: bool
    held_by: HeldByView | None


class ExplanationView(View):
    """Why so many tickets are left and not more."""

    left: Left
    why: str
    back_at: datetime | None
    """When some may be had again, or the sale opens, as far as that is known."""
    drawn_on: list[DrawnOnView]


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
    max_per_customer: int | None
    sales_start: datetime | None
    sales_end: datetime | None
    explanation: ExplanationView | None = None
    """With `explain=true`."""


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
    return public(mine, session_id=visitor.session_id, limited_to=visitor.within(*mine).limited_to)


class EventQueries(EventOwners, Protocol):
    async def get_event(self, scope: Scope, event_id: EventId) -> EventDetail: ...  # EventNotFound.

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


class AvailabilityQueries(Protocol):
    """How many are left, and why. All raise TicketTypeNotFound.

    Of this event if one is named (EventNotFound). Hidden types are their organisation's alone.
    """

    async def event_of_ticket_type(self, ticket_type_id: TicketTypeId) -> EventId: ...

    async def get_availability(
        self, scope: Scope, ticket_type_id: TicketTypeId, event_id: EventId | None = None
    ) -> AvailabilityView: ...

    # With the explanation; who may see the organisation's orders is told whose units are held.
    async def explain_availability(
        self,
        scope: Scope,
        ticket_type_id: TicketTypeId,
        event_id: EventId | None = None,
        *,
        visitor: Actor | None,
    ) -> AvailabilityView: ...


class PoolQueries(Protocol):
    """An event's pools, for its organisation."""

    # By name; complete, for an event has at most 50.
    async def list_pools(self, scope: Scope, event_id: EventId) -> Page[PoolView]: ...

    # Raises PoolNotFound.
    async def get_pool(self, scope: Scope, event_id: EventId, pool_id: PoolId) -> PoolView: ...
