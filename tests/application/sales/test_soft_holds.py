"""What lies in carts, as the box office honours it. The promises of the port are a contract."""

import pytest

from application.sales.soft_holds import CartHold
from domain.sales.errors import Reserved, SoldOut
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, CartId
from tests.application.sales.scene import Scene
from tests.conftest import VirtualClock
from tests.contracts.soft_holds_contract import TEN_MINUTES, a_cart
from tests.domain.sales.builders import EVENT, FLOOR, VIP


async def fill(scene: Scene, units: int) -> CartId:
    """A cart with so many on the floor, where there are ten."""
    cart = a_cart()
    wish = CartHold(
        event_id=EVENT,
        cart_id=cart,
        units={AllotmentId(FLOOR): units, AllotmentId(EVENT): units},
        free={AllotmentId(FLOOR): 10, AllotmentId(EVENT): 100},
        expires_at=scene.memory.clock() + TEN_MINUTES,
    )
    assert await scene.holds.hold(wish) is True
    return cart


async def test_an_order_without_a_cart_leaves_others_what_they_hold(scene: Scene) -> None:
    await fill(scene, 8)

    with pytest.raises(Reserved) as refusal:
        await scene.place({FLOOR: 3})
    assert refusal.value.facts["retry_at"] == scene.memory.clock() + TEN_MINUTES
    await scene.place({VIP: 10})
    await scene.place({FLOOR: 2})

    assert scene.floor() == (2, 0)


async def test_a_batch_leaves_others_what_they_hold(scene: Scene) -> None:
    await fill(scene, 8)

    outcomes = await scene.place_orders([scene.wish({FLOOR: 1}) for _ in range(4)])

    refused = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert [type(refusal) for refusal in refused] == [Reserved, Reserved]
    assert scene.floor() == (2, 0)


async def test_what_carts_let_go_is_for_everybody(scene: Scene, clock: VirtualClock) -> None:
    await fill(scene, 5)
    await scene.holds.drop({await fill(scene, 5): EVENT})
    await scene.place({FLOOR: 5})

    clock.advance(TEN_MINUTES)

    await scene.place({FLOOR: 5})


async def test_the_room_of_the_event_is_held_as_well(scene: Scene) -> None:
    for row in (table := scene.memory.table("allotment_counters")).rows():
        if row.allotment_id == EVENT:
            row.capacity = 10
            table.put(row.allotment_id, row)
    await fill(scene, 8)

    with pytest.raises(Reserved):
        await scene.place({VIP: 3})
    await scene.place({VIP: 2})


async def test_carts_without_units_behind_them_change_nothing(scene: Scene) -> None:
    """They may hold more than there is, as after a loss: what is sold out is sold out."""
    await scene.place({FLOOR: 8})
    await fill(scene, 10)

    with pytest.raises(Reserved):
        await scene.place({FLOOR: 2})
    with pytest.raises(SoldOut):
        await scene.place({FLOOR: 3})

    assert scene.floor() == (8, 0)
