"""An organisation plans an event."""

import pytest

from application.catalogue.create_event import CreateEvent
from application.catalogue.ports import Organizer
from domain.catalogue.errors import InvalidEventCapacity, OrganizerNotActive, UnknownVenue
from domain.catalogue.phase import Intent
from domain.shared.errors import Forbidden, NotFound
from domain.shared.ids import VenueId
from domain.shared.money import UnknownCurrency
from tests.application.catalogue.conftest import (
    ADDRESS,
    ANALYST,
    STRANGER,
    VENUE,
    House,
    a_plan,
)
from tests.domain.catalogue.builders import EVENT, NOON, ORG


async def test_a_new_event_is_a_draft_with_its_room_set_aside(house: House) -> None:
    event_id = await house.plan(capacity=250)

    event, counter = house.event(event_id), house.counter(event_id)
    assert (event.intent, event.slug, event.currency) == (Intent.DRAFT, "rock-night", "EUR")
    assert (event.created_at, event.updated_at) == (NOON, NOON)
    assert (counter.capacity, counter.held, counter.sold) == (250, 0, 0)
    assert house.announced == []


async def test_events_of_one_name_have_addresses_and_numbers_of_their_own(house: House) -> None:
    first = house.event(await house.plan())
    second = house.event(await house.plan())

    assert (first.slug, second.slug) == ("rock-night", "rock-night-2")
    assert first.short_id != second.short_id


async def test_the_venue_brings_its_address(house: House) -> None:
    at_venue = house.event(await house.plan(venueId=VENUE))
    elsewhere = {"line1": "Backstage 2", "city": "Springfield", "country": "US"}
    told = house.event(await house.plan(venueId=VENUE, address=elsewhere))

    assert (at_venue.venue_id, at_venue.address) == (VENUE, ADDRESS)
    assert told.address is not None
    assert told.address.line1 == "Backstage 2"


async def test_another_organisations_venue_is_unknown(house: House) -> None:
    with pytest.raises(UnknownVenue):
        await house.plan(venueId=VenueId(EVENT))


async def test_a_refusal_leaves_no_trace(house: House) -> None:
    with pytest.raises(InvalidEventCapacity):
        await house.plan(capacity=0)
    with pytest.raises(UnknownCurrency):
        await house.plan(currency="doubloons")

    assert list(house.memory.table("events").rows()) == []
    assert list(house.memory.table("allotments").rows()) == []


async def test_only_those_who_may_edit_plan_events(house: House) -> None:
    create_event = CreateEvent(house.begin, house.ids, house, house)

    with pytest.raises(Forbidden):
        await create_event(ANALYST, a_plan())
    with pytest.raises(NotFound):
        await create_event(STRANGER, a_plan())


async def test_an_organisation_that_is_not_active_plans_nothing(house: House) -> None:
    house.known[ORG] = Organizer("EUR", False)

    with pytest.raises(OrganizerNotActive):
        await house.plan()
