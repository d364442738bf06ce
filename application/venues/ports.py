"""What the venues context asks of the world. It is thin: a record, a store, four use cases."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.shared.address import Address
from domain.shared.aggregate import Aggregate
from domain.shared.errors import Conflict, Invalid, NotFound
from domain.shared.ids import OrganizationId, VenueId
from domain.shared.names import clean_name
from domain.shared.timezone import known_timezone


class VenueNotFound(NotFound):
    """There is no such venue."""

    code = "venue_not_found"


class VenueInUse(Conflict):
    """Events take place at this venue, so it cannot be deleted."""

    code = "venue_in_use"


class InvalidCapacity(Invalid):
    """A capacity is between 1 and 1,000,000 people."""

    code = "invalid_capacity"
    field = "capacity"


@dataclass(slots=True, kw_only=True)
class Venue(Aggregate):
    """A place with room for so many people."""

    organization_id: OrganizationId
    id: VenueId
    name: str
    address: Address
    capacity: int
    timezone: str
    created_at: datetime
    updated_at: datetime
    metadata: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = clean_name(self.name, field="name", longest=200)
        known_timezone(self.timezone)
        if not 0 < self.capacity <= 1_000_000:
            raise InvalidCapacity(capacity=self.capacity)


class Venues(Protocol):
    async def get(self, venue_id: VenueId) -> Venue: ...  # Raises VenueNotFound.
    async def add(self, venue: Venue) -> None: ...
    async def save(self, venue: Venue) -> None: ...  # Raises StaleVersion.
    async def remove(self, venue: Venue) -> None: ...  # Raises VenueInUse.


class VenuesTransaction(Transaction, Protocol):
    @property
    def venues(self) -> Venues: ...


BeginVenues = Callable[[Scope], AbstractAsyncContextManager[VenuesTransaction]]


class VenueOwners(Protocol):
    """Whose venue it is: asked before a transaction, because its scope names the organisation."""

    async def organization_of_venue(
        self, venue_id: VenueId
    ) -> OrganizationId: ...  # VenueNotFound.
