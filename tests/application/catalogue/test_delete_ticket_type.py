"""An organisation withdraws a kind of ticket that nobody ever ordered."""

import pytest

from application.catalogue.delete_ticket_type import DeleteTicketType
from application.catalogue.publish_event import PublishEvent
from domain.catalogue.errors import NoTicketTypes, TicketTypeHasSales, TicketTypeNotFound
from domain.shared.errors import Forbidden
from tests.application.catalogue.conftest import ANALYST, OWNER, House


async def test_a_type_goes_with_its_stock_and_raises_the_revision(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)
    before = house.counter(event_id).revision

    await DeleteTicketType(house.begin, house.access)(OWNER, event_id, ticket_type_id)

    assert house.memory.table("ticket_types").get(ticket_type_id) is None
    assert house.memory.table("allotment_counters").get(ticket_type_id) is None
    assert house.counter(event_id).revision == before + 1


async def test_what_was_sold_stays(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)
    house.sell(ticket_type_id, 1)

    with pytest.raises(TicketTypeHasSales):
        await DeleteTicketType(house.begin, house.access)(OWNER, event_id, ticket_type_id)

    assert house.ticket_type(ticket_type_id).name == "Floor"


async def test_a_published_event_keeps_its_last_ticket_type(house: House) -> None:
    event_id = await house.plan()
    last = await house.offer(event_id)
    spare = await house.offer(event_id, name="VIP")
    await PublishEvent(house.begin, house.access, house, house)(OWNER, event_id)
    delete_ticket_type = DeleteTicketType(house.begin, house.access)

    await delete_ticket_type(OWNER, event_id, spare)
    with pytest.raises(NoTicketTypes):
        await delete_ticket_type(OWNER, event_id, last)


async def test_another_events_ticket_type_is_not_found(house: House) -> None:
    event_id, another = await house.plan(), await house.plan()
    ticket_type_id = await house.offer(event_id)

    with pytest.raises(TicketTypeNotFound):
        await DeleteTicketType(house.begin, house.access)(OWNER, another, ticket_type_id)


async def test_looking_is_not_withdrawing(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)

    with pytest.raises(Forbidden):
        await DeleteTicketType(house.begin, house.access)(ANALYST, event_id, ticket_type_id)
