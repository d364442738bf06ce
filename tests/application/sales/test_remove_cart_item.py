"""Tickets come out of a cart, whatever became of the others."""

from datetime import timedelta

import pytest

from adapters.memory.database import MemoryDatabase
from domain.sales.cart import CartStatus
from domain.sales.errors import CartItemNotFound, CartNotFound, CartOrdered, NotOnSale
from domain.shared.ids import AllotmentId
from tests.application.sales.cart_scene import CartScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import EVENT, FLOOR, VIP, usd


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


async def test_what_is_taken_out_is_let_go(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR, 10)
    await scene.add(scene.person, VIP, 1)

    await scene.remove_cart_item(scene.person, FLOOR)

    assert await scene.units(scene.person) == {AllotmentId(VIP): 1, AllotmentId(EVENT): 1}
    await scene.add(scene.somebody(), FLOOR, 10)


async def test_the_others_keep_their_price(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR)
    await scene.add(scene.person, VIP)
    scene.prices.prices[VIP] = 1

    await scene.remove_cart_item(scene.person, FLOOR)

    [item] = (await scene.cart(scene.person)).items
    assert item.unit_price == usd(9000)


async def test_the_last_one_empties_it(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())
    cart = await scene.cart(guest)

    await scene.remove_cart_item(guest, FLOOR)

    assert (await scene.cart(guest)).status is CartStatus.EMPTIED
    assert await scene.holds.held_by(EVENT, [cart.id]) == {}
    with pytest.raises(CartNotFound):
        await scene.remove_cart_item(guest, FLOOR)


async def test_what_cannot_be_ordered_any_more_holds_nothing(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR)
    await scene.add(scene.person, VIP)
    scene.prices.refusal = NotOnSale()

    await scene.remove_cart_item(scene.person, FLOOR)

    assert await scene.units(scene.person) == {}
    view = await scene.get_cart(scene.person)
    assert view.problem is not None
    assert view.problem.code == "not_on_sale"


async def test_a_lapsed_cart_stays_lapsed(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.person, FLOOR)
    await scene.add(scene.person, VIP)
    clock.advance(timedelta(minutes=10))

    await scene.remove_cart_item(scene.person, FLOOR)

    assert (await scene.cart(scene.person)).is_lapsed(clock())
    assert await scene.units(scene.person) == {}


async def test_what_is_not_in_it_is_not_found(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR)

    with pytest.raises(CartItemNotFound):
        await scene.remove_cart_item(scene.person, VIP)


async def test_an_ordered_cart_is_done(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())
    await scene.buy(guest)

    with pytest.raises(CartOrdered):
        await scene.remove_cart_item(guest, FLOOR)
