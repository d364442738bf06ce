"""An organisation changes a kind of ticket."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from application.catalogue.cancel_event import CancelEvent, CancelEventCommand
from application.catalogue.publish_event import PublishEvent
from application.catalogue.update_ticket_type import UpdateTicketType, UpdateTicketTypeCommand
from domain.catalogue.errors import (
    CapacityBelowSold,
    DrawsFixed,
    EventStatusConflict,
    InvalidCustomerLimit,
    InvalidOrderLimits,
    InvalidPrice,
    NoWayToPay,
    PoolNotFound,
    TicketTypeNotFound,
)
from domain.catalogue.ticket_type import PoolShare, TicketTypeStatus
from domain.shared.errors import Forbidden
from domain.shared.ids import EventId, TicketTypeId
from domain.shared.money import Money
from domain.shared.period import Period
from tests.application.catalogue.conftest import ANALYST, OWNER, House
from tests.domain.catalogue.builders import NOON


async def update(
    house: House, event_id: EventId, ticket_type_id: TicketTypeId, **changes: Any
) -> None:
    command = msgspec.convert(changes, UpdateTicketTypeCommand)
    update_ticket_type = UpdateTicketType(house.begin, house.access, house)
    await update_ticket_type(OWNER, event_id, ticket_type_id, command)


async def test_what_is_not_set_stays(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id, description="Standing.", salesStart=NOON)

    ends = NOON + timedelta(days=9)
    await update(house, event_id, ticket_type_id, price="60.50", status="HIDDEN", salesEnd=ends)

    after = house.ticket_type(ticket_type_id)
    assert (after.price, after.status) == (Money(6050, "EUR"), TicketTypeStatus.HIDDEN)
    assert (after.name, after.description) == ("Floor", "Standing.")
    assert after.sales == Period(NOON, ends)
    assert house.counter(ticket_type_id).capacity == 10


async def test_every_edit_raises_the_events_revision(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)
    before = house.counter(event_id).revision

    await update(house, event_id, ticket_type_id, sortOrder=3)

    assert house.counter(event_id).revision == before + 1


async def test_the_quantity_shrinks_to_what_is_sold_and_no_further(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)
    house.sell(ticket_type_id, 4)

    await update(house, event_id, ticket_type_id, quantity=4)
    with pytest.raises(CapacityBelowSold):
        await update(house, event_id, ticket_type_id, quantity=3, name="Other")

    assert house.counter(ticket_type_id).capacity == 4
    assert house.ticket_type(ticket_type_id).name == "Floor"


async def test_an_edit_that_makes_no_sense_is_refused(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)

    with pytest.raises(InvalidOrderLimits):
        await update(house, event_id, ticket_type_id, minPerOrder=11)
    with pytest.raises(InvalidPrice):
        await update(house, event_id, ticket_type_id, price="-1")


async def test_a_published_event_begins_to_cost_only_with_a_way_to_pay(house: House) -> None:
    house.takes_money = False
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id, price=0)
    await PublishEvent(house.begin, house.access, house, house)(OWNER, event_id)

    await update(house, event_id, ticket_type_id, name="Guest list")
    with pytest.raises(NoWayToPay):
        await update(house, event_id, ticket_type_id, price=5)


async def test_a_cancelled_event_is_not_edited(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)
    await CancelEvent(house.begin, house.access)(OWNER, event_id, CancelEventCommand())

    with pytest.raises(EventStatusConflict):
        await update(house, event_id, ticket_type_id, name="Other")


async def test_another_events_ticket_type_is_not_found(house: House) -> None:
    event_id, another = await house.plan(), await house.plan()
    ticket_type_id = await house.offer(event_id)

    with pytest.raises(TicketTypeNotFound):
        await update(house, another, ticket_type_id, name="Other")


async def test_looking_is_not_editing(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)

    with pytest.raises(Forbidden):
        await UpdateTicketType(house.begin, house.access, house)(
            ANALYST, event_id, ticket_type_id, UpdateTicketTypeCommand()
        )


async def test_what_a_ticket_draws_on_is_changed_before_the_first_sale(house: House) -> None:
    event_id = await house.plan()
    stand, arena = await house.pool(event_id), await house.pool(event_id, "Arena")
    ticket_type_id = await house.offer(event_id, eventUnits=2, pools=[{"poolId": stand}])

    await update(house, event_id, ticket_type_id, pools=[{"poolId": arena, "units": 3}])
    await update(house, event_id, ticket_type_id, eventUnits=4)
    await update(house, event_id, ticket_type_id, name="Family")

    after = house.ticket_type(ticket_type_id)
    assert (after.event_units, after.pools) == (4, (PoolShare(arena, 3),))
    assert after.draws == tuple(sorted(after.draws, key=lambda draw: draw.allotment_id))


async def test_what_a_ticket_draws_on_is_fixed_by_the_first_sale(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)
    ticket_type_id = await house.offer(event_id, pools=[{"poolId": pool_id}])
    house.sell(ticket_type_id, 1)

    same = [{"poolId": pool_id}]
    await update(house, event_id, ticket_type_id, eventUnits=1, pools=same, name="Standing")
    changes: list[dict[str, Any]] = [
        {"eventUnits": 2},
        {"pools": []},
        {"pools": [{"poolId": pool_id, "units": 2}]},
    ]
    for change in changes:
        with pytest.raises(DrawsFixed):
            await update(house, event_id, ticket_type_id, **change)

    assert house.ticket_type(ticket_type_id).pools == (PoolShare(pool_id, 1),)


async def test_what_a_ticket_draws_on_is_fixed_while_somebody_waits(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)
    entry = SimpleNamespace(ticket_type_id=ticket_type_id, status="waiting")
    house.memory.table("waiting_list_entries").put(1, entry)

    with pytest.raises(DrawsFixed):
        await update(house, event_id, ticket_type_id, eventUnits=2)


async def test_a_limit_per_customer_comes_and_goes(house: House) -> None:
    event_id = await house.plan()
    ticket_type_id = await house.offer(event_id)

    await update(house, event_id, ticket_type_id, maxPerCustomer=4)
    limited = house.ticket_type(ticket_type_id).max_per_customer
    await update(house, event_id, ticket_type_id, maxPerCustomer=None)

    assert (limited, house.ticket_type(ticket_type_id).max_per_customer) == (4, None)
    with pytest.raises(InvalidCustomerLimit):
        await update(house, event_id, ticket_type_id, maxPerCustomer=1, minPerOrder=2)


async def test_another_events_pool_is_not_drawn_on(house: House) -> None:
    event_id, another = await house.plan(), await house.plan()
    ticket_type_id = await house.offer(event_id)
    pool_id = await house.pool(another)

    with pytest.raises(PoolNotFound):
        await update(house, event_id, ticket_type_id, pools=[{"poolId": pool_id}])
