"""An organisation gives up a place."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from adapters.memory.database import MemoryDatabase
from application.shared.actor import Actor
from application.venues.create_venue import CreateVenue
from application.venues.delete_venue import DeleteVenue
from application.venues.ports import BeginVenues, VenueInUse, VenueNotFound
from tests.application.venues.conftest import Owners, a_wish


@pytest.fixture
def delete_venue(begin: BeginVenues, owners: Owners) -> DeleteVenue:
    return DeleteVenue(begin, owners)


async def test_an_unused_venue_goes(
    create_venue: CreateVenue, delete_venue: DeleteVenue, manager: Actor
) -> None:
    venue_id = await create_venue(manager, a_wish())

    await delete_venue(manager, venue_id)

    with pytest.raises(VenueNotFound):
        await delete_venue(manager, venue_id)


async def test_a_venue_with_events_stays(
    memory: MemoryDatabase, create_venue: CreateVenue, delete_venue: DeleteVenue, manager: Actor
) -> None:
    venue_id = await create_venue(manager, a_wish())
    memory.table("events").put(uuid4(), SimpleNamespace(venue_id=venue_id))

    with pytest.raises(VenueInUse):
        await delete_venue(manager, venue_id)

    assert memory.table("venues").get(venue_id) is not None
