"""An organisation corrects what it says about a place."""

import pytest

from adapters.memory.database import MemoryDatabase
from application.shared.actor import Actor
from application.shared.messages import AddressFields
from application.venues.create_venue import CreateVenue
from application.venues.ports import BeginVenues
from application.venues.update_venue import UpdateVenue, UpdateVenueCommand
from domain.shared.errors import Forbidden
from domain.shared.timezone import UnknownTimezone
from tests.application.venues.conftest import Owners, a_wish, stored


@pytest.fixture
def update_venue(begin: BeginVenues, owners: Owners) -> UpdateVenue:
    return UpdateVenue(begin, owners)


async def test_only_what_is_named_changes(
    memory: MemoryDatabase, create_venue: CreateVenue, update_venue: UpdateVenue, manager: Actor
) -> None:
    venue_id = await create_venue(manager, a_wish())
    elsewhere = AddressFields(line1="2 Main St", city="Dallas", country="US")

    await update_venue(manager, venue_id, UpdateVenueCommand(address=elsewhere))

    venue = stored(memory, venue_id)
    assert (venue.name, venue.address.city, venue.version) == ("Moody Hall", "Dallas", 2)


async def test_a_refused_change_changes_nothing(
    memory: MemoryDatabase,
    create_venue: CreateVenue,
    update_venue: UpdateVenue,
    manager: Actor,
    analyst: Actor,
) -> None:
    venue_id = await create_venue(manager, a_wish())

    with pytest.raises(UnknownTimezone):
        await update_venue(
            manager, venue_id, UpdateVenueCommand(name="New", timezone="Mars/Olympus")
        )
    with pytest.raises(Forbidden):
        await update_venue(analyst, venue_id, UpdateVenueCommand(name="New"))

    assert stored(memory, venue_id).name == "Moody Hall"
