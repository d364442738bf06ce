"""Everything in the cart is held again, or nothing is."""

from datetime import timedelta

import pytest

from adapters.memory.database import MemoryDatabase
from application.sales.lock_seats import LockSeatsCommand
from domain.sales.errors import CartNotFound, NoSeats, Reserved
from domain.shared.ids import AllotmentId
from tests.application.sales.cart_scene import CartScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import EVENT, FLOOR


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


async def test_a_hold_that_was_lost_is_taken_again(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.person, FLOOR, 2)
    before = await scene.cart(scene.person)
    await scene.holds.drop({before.id: EVENT})
    clock.advance(timedelta(minutes=3))
    assert not (await scene.get_cart(scene.person)).is_held

    view = await scene.lock(scene.person)

    assert (view.is_held, view.is_renewed) == (True, False)
    assert view.expires_at == before.expires_at


async def test_a_lapsed_cart_is_renewed_and_says_so(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.person, FLOOR, 2)
    scene.prices.prices[FLOOR] = 6000
    clock.advance(timedelta(minutes=10))
    await scene.expire_carts()

    view = await scene.lock(scene.person)

    assert (view.is_held, view.is_renewed, view.status.value) == (True, True, "open")
    [item] = view.items
    assert (item.unit_price, item.previous_unit_price) == ("60.00", "50.00")
    assert view.expires_at == clock() + timedelta(minutes=10)
    later = await scene.get_cart(scene.person)
    assert (later.is_renewed, later.items[0].previous_unit_price) == (False, None)


async def test_what_others_took_meanwhile_is_told(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.person, FLOOR, 2)
    clock.advance(timedelta(minutes=10))
    await scene.add(scene.somebody(), FLOOR, 9)

    with pytest.raises(Reserved):
        await scene.lock(scene.person)

    assert (await scene.cart(scene.person)).is_lapsed(clock())
    assert await scene.units(scene.person) == {}


async def test_there_are_no_seats_yet(scene: CartScene) -> None:
    await scene.add(scene.person)

    with pytest.raises(NoSeats):
        await scene.lock_seats(scene.person, LockSeatsCommand(seats=("A1",)))


async def test_there_must_be_a_cart(scene: CartScene) -> None:
    with pytest.raises(CartNotFound):
        await scene.lock(scene.person)
    await scene.add(scene.person)
    assert (await scene.units(scene.person))[AllotmentId(FLOOR)] == 1
