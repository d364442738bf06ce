"""An event becomes visible and its tickets can be had."""

from datetime import timedelta

import pytest

from application.catalogue.ports import Organizer
from application.catalogue.publish_event import PublishEvent
from domain.catalogue.errors import (
    EventIsOver,
    EventStatusConflict,
    NoTicketTypes,
    NoWayToPay,
    OrganizerNotActive,
)
from domain.catalogue.events import EventPublished
from domain.catalogue.phase import Intent
from domain.shared.errors import Forbidden
from domain.shared.ids import EventId
from tests.application.catalogue.conftest import ANALYST, OWNER, House
from tests.conftest import VirtualClock
from tests.domain.catalogue.builders import NOON, ORG


async def publish(house: House, event_id: EventId) -> None:
    await PublishEvent(house.begin, house.access, house, house)(OWNER, event_id)


async def test_publishing_is_announced_and_raises_the_revision(house: House) -> None:
    event_id = await house.plan()
    await house.offer(event_id)
    before = house.counter(event_id).revision

    await publish(house, event_id)

    assert house.event(event_id).intent is Intent.PUBLISHED
    assert house.counter(event_id).revision == before + 1
    assert house.announced == [EventPublished(organization_id=ORG, aggregate_id=event_id, at=NOON)]


async def test_an_event_without_ticket_types_is_not_published(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(NoTicketTypes):
        await publish(house, event_id)

    assert house.event(event_id).intent is Intent.DRAFT
    assert house.announced == []


async def test_what_costs_needs_a_way_to_pay(house: House) -> None:
    house.takes_money = False
    free, dear = await house.plan(), await house.plan()
    await house.offer(free, price="0")
    await house.offer(dear, price="0.01")

    await publish(house, free)
    with pytest.raises(NoWayToPay):
        await publish(house, dear)

    assert house.event(free).intent is Intent.PUBLISHED


async def test_what_is_over_is_not_published(house: House, clock: VirtualClock) -> None:
    event_id = await house.plan()
    await house.offer(event_id)
    clock.advance(timedelta(days=31))

    with pytest.raises(EventIsOver):
        await publish(house, event_id)


async def test_a_published_event_is_not_published_again(house: House) -> None:
    event_id = await house.plan()
    await house.offer(event_id)
    await publish(house, event_id)

    with pytest.raises(EventStatusConflict):
        await publish(house, event_id)

    assert len(house.announced) == 1


async def test_an_organisation_that_is_not_active_publishes_nothing(house: House) -> None:
    event_id = await house.plan()
    await house.offer(event_id)
    house.known[ORG] = Organizer("EUR", False)

    with pytest.raises(OrganizerNotActive):
        await publish(house, event_id)


async def test_looking_is_not_publishing(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(Forbidden):
        await PublishEvent(house.begin, house.access, house, house)(ANALYST, event_id)
