"""An organisation changes what it says about an event."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from application.catalogue.cancel_event import CancelEvent, CancelEventCommand
from application.catalogue.update_event import UpdateEvent, UpdateEventCommand
from domain.catalogue.errors import (
    CapacityBelowSold,
    CurrencyFixed,
    EventStatusConflict,
    InvalidSchedule,
    UnknownVenue,
)
from domain.shared.errors import Forbidden
from domain.shared.ids import EventId
from domain.shared.period import Period
from tests.application.catalogue.conftest import ADDRESS, ANALYST, OWNER, VENUE, House
from tests.domain.catalogue.builders import EVENT, NOON


async def update(house: House, event_id: EventId, **changes: Any) -> None:
    command = msgspec.convert(changes, UpdateEventCommand)
    await UpdateEvent(house.begin, house.access, house)(OWNER, event_id, command)


async def test_what_is_not_set_stays(house: House) -> None:
    event_id = await house.plan(description="Loud.", tags=["rock"])
    before = house.event(event_id)

    await update(house, event_id, name="Quiet Night", tags=["calm"], description=None)

    after = house.event(event_id)
    assert (after.name, after.tags, after.description) == ("Quiet Night", ("calm",), None)
    assert (after.slug, after.starts_at, after.capacity) == (
        before.slug,
        before.starts_at,
        before.capacity,
    )


async def test_every_edit_raises_the_revision(house: House) -> None:
    event_id = await house.plan()

    await update(house, event_id, name="Quiet Night")
    await update(house, event_id, name="Loud Night")

    assert house.counter(event_id).revision == 2


async def test_one_end_of_the_sales_window_is_changed_alone(house: House) -> None:
    event_id = await house.plan(salesStart=NOON)

    await update(house, event_id, salesEnd=NOON + timedelta(days=5))

    assert house.event(event_id).sales == Period(NOON, NOON + timedelta(days=5))


async def test_the_room_shrinks_to_what_is_sold_and_no_further(house: House) -> None:
    event_id = await house.plan()
    house.sell(event_id, 40)

    await update(house, event_id, capacity=40)
    with pytest.raises(CapacityBelowSold):
        await update(house, event_id, capacity=39)

    assert house.event(event_id).capacity == 40
    assert house.counter(event_id).capacity == 40


async def test_a_refused_edit_leaves_no_trace(house: House) -> None:
    event_id = await house.plan()
    before = house.event(event_id)

    with pytest.raises(InvalidSchedule):
        await update(house, event_id, name="Other", endDatetime=before.starts_at)

    assert house.event(event_id) == before
    assert house.counter(event_id).revision == 0


async def test_the_currency_is_fixed_by_the_first_ticket_type(house: House) -> None:
    event_id = await house.plan()
    await update(house, event_id, currency="usd")
    await house.offer(event_id)

    with pytest.raises(CurrencyFixed):
        await update(house, event_id, currency="EUR")

    assert house.event(event_id).currency == "USD"


async def test_a_new_venue_brings_its_address(house: House) -> None:
    event_id = await house.plan()

    await update(house, event_id, venueId=VENUE)
    with pytest.raises(UnknownVenue):
        await update(house, event_id, venueId=EVENT)
    await update(house, event_id, venueId=None)

    event = house.event(event_id)
    assert (event.venue_id, event.address) == (None, ADDRESS)


async def test_a_cancelled_event_is_not_edited(house: House) -> None:
    event_id = await house.plan()
    await CancelEvent(house.begin, house.access)(OWNER, event_id, CancelEventCommand())

    with pytest.raises(EventStatusConflict):
        await update(house, event_id, name="Revival")


async def test_looking_is_not_editing(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(Forbidden):
        await UpdateEvent(house.begin, house.access, house)(ANALYST, event_id, UpdateEventCommand())
