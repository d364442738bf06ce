"""An organisation sets part of an event's room aside for several ticket types together."""

import pytest

from application.catalogue.cancel_event import CancelEvent, CancelEventCommand
from application.catalogue.create_pool import CreatePool, CreatePoolCommand
from domain.catalogue.errors import (
    EventNotFound,
    EventStatusConflict,
    InvalidQuantity,
    PoolNameTaken,
    TooManyPools,
)
from domain.catalogue.pool import POOLS_MAX
from domain.shared.errors import Forbidden
from domain.shared.ids import EventId
from domain.shared.text import InvalidText
from tests.application.catalogue.conftest import ANALYST, OWNER, STRANGER, House

STAND = CreatePoolCommand(name="Stand", quantity=20)


async def test_a_pool_has_a_name_and_is_counted_from_zero(house: House) -> None:
    event_id = await house.plan()

    pool_id = await house.pool(event_id, " Stand ", 20)

    async with house.begin(OWNER.within(house.event(event_id).organization_id)) as tx:
        [pool] = await tx.pools.of_event(event_id)
    assert (pool.id, pool.name, pool.event_id) == (pool_id, "Stand", event_id)
    counter = house.counter(pool_id)
    assert (counter.capacity, counter.held, counter.sold) == (20, 0, 0)
    assert house.counter(event_id).revision == 1


async def test_a_name_is_used_once_in_an_event(house: House) -> None:
    event_id, another = await house.plan(), await house.plan()
    await house.pool(event_id)
    await house.pool(another)

    with pytest.raises(PoolNameTaken):
        await house.pool(event_id, "Stand ")


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001, 2**31])
async def test_a_pool_has_something_in_it(house: House, quantity: int) -> None:
    event_id = await house.plan()

    with pytest.raises(InvalidQuantity):
        await house.pool(event_id, quantity=quantity)


async def test_a_pool_has_a_readable_name(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(InvalidText):
        await house.pool(event_id, " ")


async def test_an_event_has_a_bounded_number_of_pools(house: House) -> None:
    event_id = await house.plan()
    for number in range(POOLS_MAX):
        await house.pool(event_id, f"Stand {number}")

    with pytest.raises(TooManyPools):
        await house.pool(event_id)


async def test_a_cancelled_event_sets_nothing_aside(house: House) -> None:
    event_id = await house.plan()
    await CancelEvent(house.begin, house.access)(OWNER, event_id, CancelEventCommand())

    with pytest.raises(EventStatusConflict):
        await house.pool(event_id)


async def test_looking_is_not_setting_aside(house: House) -> None:
    event_id = await house.plan()
    create_pool = CreatePool(house.begin, house.access, house.ids)

    with pytest.raises(Forbidden):
        await create_pool(ANALYST, event_id, STAND)
    with pytest.raises(EventNotFound):
        await create_pool(STRANGER, event_id, STAND)
    with pytest.raises(EventNotFound):
        await create_pool(OWNER, EventId(house.ids.new()), STAND)
