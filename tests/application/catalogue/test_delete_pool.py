"""An organisation gives up a pool that nothing ever drew on."""

from types import SimpleNamespace

import msgspec
import pytest

from application.catalogue.delete_pool import DeletePool
from application.catalogue.update_ticket_type import UpdateTicketType, UpdateTicketTypeCommand
from domain.catalogue.errors import PoolInUse, PoolNotFound
from domain.shared.errors import Forbidden
from domain.shared.ids import EventId, PoolId
from tests.application.catalogue.conftest import ANALYST, OWNER, House


async def delete(house: House, event_id: EventId, pool_id: PoolId) -> None:
    await DeletePool(house.begin, house.access)(OWNER, event_id, pool_id)


async def test_an_unused_pool_goes_with_its_stock(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)

    await delete(house, event_id, pool_id)

    assert house.memory.table("allotments").get(pool_id) is None
    assert house.memory.table("allotment_counters").get(pool_id) is None
    assert house.counter(event_id).revision == 2
    with pytest.raises(PoolNotFound):
        await delete(house, event_id, pool_id)


async def test_a_pool_that_is_drawn_on_stays_until_it_is_not(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)
    ticket_type_id = await house.offer(event_id, pools=[{"poolId": pool_id}])

    with pytest.raises(PoolInUse) as refused:
        await delete(house, event_id, pool_id)
    command = msgspec.convert({"pools": []}, UpdateTicketTypeCommand)
    update_ticket_type = UpdateTicketType(house.begin, house.access, house)
    await update_ticket_type(OWNER, event_id, ticket_type_id, command)
    await delete(house, event_id, pool_id)

    assert refused.value.facts["ticket_type_id"] == ticket_type_id


async def test_a_pool_that_was_ever_ordered_from_stays(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)
    house.memory.table("stock_movements").put(1, SimpleNamespace(allotment_id=pool_id))

    with pytest.raises(PoolInUse):
        await delete(house, event_id, pool_id)


async def test_looking_is_not_deleting(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)

    with pytest.raises(Forbidden):
        await DeletePool(house.begin, house.access)(ANALYST, event_id, pool_id)
