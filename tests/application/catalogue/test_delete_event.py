"""An organisation drops a plan that nobody ever bought into."""

import pytest

from application.catalogue.delete_event import DeleteEvent
from application.catalogue.publish_event import PublishEvent
from domain.catalogue.errors import EventHasOrders, EventNotFound, EventStatusConflict
from domain.shared.errors import Forbidden
from tests.application.catalogue.conftest import ANALYST, OWNER, House


async def test_a_draft_goes_with_its_ticket_types_and_stock(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)
    await house.offer(event_id, pools=[{"poolId": pool_id}])

    await DeleteEvent(house.begin, house.access)(OWNER, event_id)

    for table in ("events", "ticket_types", "allotments", "allotment_counters"):
        assert list(house.memory.table(table).rows()) == []
    with pytest.raises(EventNotFound):
        await DeleteEvent(house.begin, house.access)(OWNER, event_id)


async def test_what_was_ever_sold_stays(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)
    house.sell(ticket_type_id, 1)

    with pytest.raises(EventHasOrders):
        await DeleteEvent(house.begin, house.access)(OWNER, event_id)

    assert house.ticket_type(ticket_type_id).event_id == event_id


async def test_a_published_event_is_not_deleted(house: House) -> None:
    event_id = await house.plan()
    await house.offer(event_id)
    await PublishEvent(house.begin, house.access, house, house)(OWNER, event_id)

    with pytest.raises(EventStatusConflict):
        await DeleteEvent(house.begin, house.access)(OWNER, event_id)


async def test_looking_is_not_deleting(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(Forbidden):
        await DeleteEvent(house.begin, house.access)(ANALYST, event_id)
