"""People and use cases around a venue, on memory adapters."""

from uuid import uuid4

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.venues import MemoryVenuesTransaction
from adapters.system.ids import SystemIds
from application.shared.actor import Actor
from application.shared.messages import AddressFields
from application.venues.create_venue import CreateVenue, CreateVenueCommand
from application.venues.ports import BeginVenues, Venue, VenueNotFound
from domain.shared.ids import OrganizationId, SessionId, UserId, VenueId
from domain.shared.permissions import Role

ORG = OrganizationId(uuid4())
ADDRESS = AddressFields(line1="1 Congress Ave", city="Austin", country="US")


class Owners:
    def __init__(self, memory: MemoryDatabase) -> None:
        self._rows = memory.table("venues")

    async def organization_of_venue(self, venue_id: VenueId) -> OrganizationId:
        venue = self._rows.get(venue_id)
        if venue is None:
            raise VenueNotFound
        assert isinstance(venue, Venue)
        return venue.organization_id


def a_member(memory: MemoryDatabase, role: Role | None) -> Actor:
    class Alive:
        revoked_at = None

    session_id = SessionId(uuid4())
    memory.table("sessions").put(session_id, Alive())
    return Actor(
        user_id=UserId(uuid4()),
        session_id=session_id,
        email="a@example.com",
        name="A",
        memberships={ORG: role} if role else {},
    )


@pytest.fixture
def begin(memory: MemoryDatabase) -> BeginVenues:
    return memory.beginner(MemoryVenuesTransaction)


@pytest.fixture
def owners(memory: MemoryDatabase) -> Owners:
    return Owners(memory)


@pytest.fixture
def manager(memory: MemoryDatabase) -> Actor:
    return a_member(memory, Role.MANAGER)


@pytest.fixture
def analyst(memory: MemoryDatabase) -> Actor:
    return a_member(memory, Role.ANALYST)


@pytest.fixture
def stranger(memory: MemoryDatabase) -> Actor:
    return a_member(memory, None)


@pytest.fixture
def create_venue(begin: BeginVenues, ids: SystemIds) -> CreateVenue:
    return CreateVenue(begin, ids)


def stored(memory: MemoryDatabase, venue_id: VenueId) -> Venue:
    venue = memory.table("venues").get(venue_id)
    assert isinstance(venue, Venue)
    return venue


def a_wish(name: str = "Moody Hall", capacity: int = 900) -> CreateVenueCommand:
    return CreateVenueCommand(
        organization_id=ORG,
        name=name,
        address=ADDRESS,
        capacity=capacity,
        timezone="America/Chicago",
    )
