"""An organisation adds a place."""

import pytest

from adapters.memory.database import MemoryDatabase
from application.shared.actor import Actor
from application.venues.create_venue import CreateVenue
from application.venues.ports import InvalidCapacity
from domain.shared.errors import Forbidden, NotFound
from domain.shared.text import InvalidText
from tests.application.venues.conftest import a_wish, stored


async def test_a_venue_is_kept_with_a_clean_name(
    memory: MemoryDatabase, create_venue: CreateVenue, manager: Actor
) -> None:
    venue_id = await create_venue(manager, a_wish("  Moody Hall "))

    assert stored(memory, venue_id).name == "Moody Hall"


async def test_strangers_and_analysts_add_nothing(
    memory: MemoryDatabase, create_venue: CreateVenue, analyst: Actor, stranger: Actor
) -> None:
    with pytest.raises(Forbidden):
        await create_venue(analyst, a_wish())
    with pytest.raises(NotFound):
        await create_venue(stranger, a_wish())

    assert list(memory.table("venues").rows()) == []


async def test_what_cannot_be_is_refused(create_venue: CreateVenue, manager: Actor) -> None:
    with pytest.raises(InvalidCapacity):
        await create_venue(manager, a_wish(capacity=0))
    with pytest.raises(InvalidText):
        await create_venue(manager, a_wish(name="   "))
