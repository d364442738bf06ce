"""An organisation renames a pool or changes how much it holds."""

from typing import Any

import msgspec
import pytest

from application.catalogue.cancel_event import CancelEvent, CancelEventCommand
from application.catalogue.update_pool import UpdatePool, UpdatePoolCommand
from domain.catalogue.errors import (
    CapacityBelowSold,
    EventStatusConflict,
    InvalidQuantity,
    PoolNameTaken,
    PoolNotFound,
)
from domain.shared.errors import Forbidden
from domain.shared.ids import EventId, PoolId
from tests.application.catalogue.conftest import ANALYST, OWNER, House


async def update(house: House, event_id: EventId, pool_id: PoolId, **changes: Any) -> None:
    command = msgspec.convert(changes, UpdatePoolCommand)
    await UpdatePool(house.begin, house.access)(OWNER, event_id, pool_id, command)


def name_of(house: House, pool_id: PoolId) -> str:
    row = house.memory.table("allotments").get(pool_id)
    assert row is not None
    return str(row.name)


async def test_what_is_not_set_stays(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)

    await update(house, event_id, pool_id, name="Arena")
    await update(house, event_id, pool_id, quantity=30)
    await update(house, event_id, pool_id, name="Arena")

    assert name_of(house, pool_id) == "Arena"
    assert house.counter(pool_id).capacity == 30


async def test_every_edit_raises_the_events_revision(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)
    before = house.counter(event_id).revision

    await update(house, event_id, pool_id, quantity=30)

    assert house.counter(event_id).revision == before + 1


async def test_a_pool_shrinks_to_what_is_taken_and_no_further(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)
    house.sell(pool_id, 4)

    await update(house, event_id, pool_id, quantity=4)
    with pytest.raises(CapacityBelowSold) as refused:
        await update(house, event_id, pool_id, quantity=3, name="Arena")

    facts = {"capacity": 3, "taken": 4, "held": 0, "sold": 4, "blocked": 0}
    assert refused.value.facts == facts
    assert house.counter(pool_id).capacity == 4
    assert name_of(house, pool_id) == "Stand"


async def test_names_and_quantities_are_checked(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)
    await house.pool(event_id, "Arena")

    with pytest.raises(PoolNameTaken):
        await update(house, event_id, pool_id, name="Arena")
    with pytest.raises(InvalidQuantity):
        await update(house, event_id, pool_id, quantity=0)


async def test_only_pools_of_the_event_are_found(house: House) -> None:
    event_id, another = await house.plan(), await house.plan()
    pool_id = await house.pool(event_id)
    ticket_type_id = await house.offer(event_id)

    with pytest.raises(PoolNotFound):
        await update(house, another, pool_id, quantity=3)
    with pytest.raises(PoolNotFound):
        await update(house, event_id, PoolId(ticket_type_id), quantity=3)


async def test_a_cancelled_event_is_not_edited(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)
    await CancelEvent(house.begin, house.access)(OWNER, event_id, CancelEventCommand())

    with pytest.raises(EventStatusConflict):
        await update(house, event_id, pool_id, quantity=3)


async def test_looking_is_not_editing(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)

    with pytest.raises(Forbidden):
        await UpdatePool(house.begin, house.access)(ANALYST, event_id, pool_id, UpdatePoolCommand())
