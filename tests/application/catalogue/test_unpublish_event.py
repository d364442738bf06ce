"""An event goes back to the drawing board."""

import pytest

from application.catalogue.publish_event import PublishEvent
from application.catalogue.unpublish_event import UnpublishEvent
from domain.catalogue.errors import EventStatusConflict
from domain.catalogue.events import EventUnpublished
from domain.catalogue.phase import Intent
from domain.shared.errors import Forbidden
from tests.application.catalogue.conftest import ANALYST, OWNER, House
from tests.domain.catalogue.builders import NOON, ORG


async def test_unpublishing_is_announced_and_raises_the_revision(house: House) -> None:
    event_id = await house.plan()
    await house.offer(event_id)
    await PublishEvent(house.begin, house.access, house, house)(OWNER, event_id)
    before = house.counter(event_id).revision

    await UnpublishEvent(house.begin, house.access)(OWNER, event_id)

    assert house.event(event_id).intent is Intent.DRAFT
    assert house.counter(event_id).revision == before + 1
    assert house.announced[1:] == [
        EventUnpublished(organization_id=ORG, aggregate_id=event_id, at=NOON)
    ]


async def test_a_draft_is_not_unpublished(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(EventStatusConflict):
        await UnpublishEvent(house.begin, house.access)(OWNER, event_id)

    assert house.announced == []


async def test_looking_is_not_unpublishing(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(Forbidden):
        await UnpublishEvent(house.begin, house.access)(ANALYST, event_id)
