"""What the catalogue asks of the world."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Literal, Protocol

from msgspec import Struct

from application.shared.scope import Scope
from application.shared.transaction import Contention, Transaction
from domain.catalogue.event import Event
from domain.catalogue.pool import Pool
from domain.catalogue.ticket_type import TicketType
from domain.shared.address import Address
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrganizationId,
    PoolId,
    TicketTypeId,
    VenueId,
)


class SlugTaken(Contention):
    """Another event took this address at the same moment."""

    code = "event_slug_taken"


class Events(Protocol):
    # Raises EventNotFound. Locks the event until the transaction ends, so edits come one at a time.
    async def get(self, event_id: EventId) -> Event: ...

    async def add(self, event: Event) -> None: ...  # Raises SlugTaken.
    async def save(self, event: Event) -> None: ...  # Raises StaleVersion.
    async def remove(self, event: Event) -> None: ...  # Raises EventHasOrders.

    # A number for tickets' codes: given once, over all organisations; shared with ticket types.
    async def next_short_id(self) -> int: ...

    # This slug, and those of the organisation that continue it with a hyphen: whichever are taken.
    async def slugs_like(self, organization_id: OrganizationId, slug: str) -> set[str]: ...


class TicketTypes(Protocol):
    # Raises TicketTypeNotFound, also when the type is another event's.
    async def get(self, event_id: EventId, ticket_type_id: TicketTypeId) -> TicketType: ...

    async def of_event(self, event_id: EventId) -> list[TicketType]: ...  # In the order shown.
    async def add(self, ticket_type: TicketType) -> None: ...  # Raises TicketTypeNameTaken.
    async def save(self, ticket_type: TicketType) -> None: ...  # StaleVersion, TicketTypeNameTaken.
    async def remove(self, ticket_type: TicketType) -> None: ...  # Raises TicketTypeHasSales.


class Pools(Protocol):
    """What an event's pools are called; a pool is opened and closed as the stock that it is."""

    # Raises PoolNotFound, also when the pool is another event's.
    async def get(self, event_id: EventId, pool_id: PoolId) -> Pool: ...

    async def of_event(self, event_id: EventId) -> list[Pool]: ...  # By name.
    async def rename(self, pool: Pool) -> None: ...


class Counts(Struct, frozen=True):
    """How full an allotment is; a capacity of None is without end."""

    capacity: int | None
    held: int
    sold: int
    blocked: int
    revision: int

    @property
    def taken(self) -> int:
        return self.held + self.sold + self.blocked


class Stock(Protocol):
    """What is scarce. Events, ticket types and pools share their id with their allotment."""

    # A new allotment of the scope's one organisation, empty. A pool has a name.
    async def open(
        self,
        allotment_id: AllotmentId,
        kind: Literal["event", "ticket_type", "pool"],
        event_id: EventId,
        capacity: int,
        name: str | None = None,
    ) -> None: ...

    # Locks the counters sorted by id. Whoever changes several locks them here first, in one call.
    async def lock(self, ids: Iterable[AllotmentId]) -> Mapping[AllotmentId, Counts]: ...

    async def counts(
        self, ids: Iterable[AllotmentId]
    ) -> Mapping[AllotmentId, Counts]: ...  # No lock.

    # Raises CapacityBelowSold if more is held, sold and blocked; decided under the counter's lock.
    async def resize(self, allotment_id: AllotmentId, capacity: int) -> None: ...

    # Raises the event's revision under its lock: quotes made before are refused from now on.
    async def touch_offer(self, event_id: EventId) -> None: ...

    # Whether somebody waits for tickets of this type, or has an offer.
    async def is_awaited(self, event_id: EventId, ticket_type_id: TicketTypeId) -> bool: ...

    # Forgets the event's allotments. Raises TicketTypeHasSales if a unit of one of them ever moved.
    async def close(self, event_id: EventId, ids: Iterable[AllotmentId]) -> None: ...


class CatalogueTransaction(Transaction, Protocol):
    @property
    def events(self) -> Events: ...
    @property
    def ticket_types(self) -> TicketTypes: ...
    @property
    def pools(self) -> Pools: ...
    @property
    def stock(self) -> Stock: ...


BeginCatalogue = Callable[[Scope], AbstractAsyncContextManager[CatalogueTransaction]]


class EventOwners(Protocol):
    """Whose event it is: asked before a transaction, because its scope names the organisation."""

    async def organization_of_event(
        self, event_id: EventId
    ) -> OrganizationId: ...  # EventNotFound.


class Organizer(Struct, frozen=True):
    """What the catalogue needs to know of an organisation."""

    default_currency: str
    is_active: bool


class Organizers(Protocol):
    async def organizer(
        self, organization_id: OrganizationId
    ) -> Organizer: ...  # OrganizerNotFound.


class VenueSites(Protocol):
    """Where the organisation's venues are."""

    # Raises UnknownVenue, also when the venue is another organisation's.
    async def address_of(self, organization_id: OrganizationId, venue_id: VenueId) -> Address: ...


class CartUnits(Protocol):
    """What lies in carts; hints that shops are shown."""

    # Never raises: when nobody can tell, carts hold nothing.
    async def in_carts(
        self, event_id: EventId, ids: Iterable[AllotmentId]
    ) -> Mapping[AllotmentId, int]: ...


class WaysToPay(Protocol):
    async def can_take_money(self, organization_id: OrganizationId) -> bool: ...
