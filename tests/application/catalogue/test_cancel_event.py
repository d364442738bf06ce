"""An event will not take place."""

import pytest

from application.catalogue.cancel_event import CancelEvent, CancelEventCommand
from domain.catalogue.errors import EventStatusConflict
from domain.catalogue.events import EventCancelled
from domain.catalogue.phase import Intent
from domain.shared.errors import Forbidden
from domain.shared.text import InvalidText
from tests.application.catalogue.conftest import ANALYST, OWNER, House
from tests.domain.catalogue.builders import NOON, ORG

RAIN = CancelEventCommand(reason="Rain")


async def test_cancelling_is_announced_and_raises_the_revision(house: House) -> None:
    event_id = await house.plan()

    await CancelEvent(house.begin, house.access)(OWNER, event_id, RAIN)

    assert house.event(event_id).intent is Intent.CANCELLED
    assert house.counter(event_id).revision == 1
    assert house.announced == [
        EventCancelled(organization_id=ORG, aggregate_id=event_id, at=NOON, reason="Rain")
    ]


async def test_an_event_is_cancelled_once(house: House) -> None:
    event_id = await house.plan()
    cancel_event = CancelEvent(house.begin, house.access)
    await cancel_event(OWNER, event_id, RAIN)

    with pytest.raises(EventStatusConflict):
        await cancel_event(OWNER, event_id, RAIN)

    assert len(house.announced) == 1


async def test_a_reason_is_short(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(InvalidText):
        await CancelEvent(house.begin, house.access)(
            OWNER, event_id, CancelEventCommand(reason="r" * 501)
        )

    assert house.event(event_id).intent is Intent.DRAFT


async def test_looking_is_not_cancelling(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(Forbidden):
        await CancelEvent(house.begin, house.access)(ANALYST, event_id, RAIN)
