"""More time, for the cart and its hold alike."""

from datetime import timedelta

import pytest

from adapters.memory.database import MemoryDatabase
from domain.sales.errors import CartExpired, CartExtensionRefused, CartNotFound, Reserved, SoldOut
from tests.application.sales.cart_scene import CartScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import EVENT, FLOOR


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


async def test_the_hold_lasts_as_long_as_the_cart(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.person, FLOOR, 10)
    clock.advance(timedelta(minutes=8))

    await scene.extend_lock(scene.person)
    clock.advance(timedelta(minutes=9))

    view = await scene.get_cart(scene.person)
    assert (view.is_held, view.expires_at) == (True, clock() + timedelta(minutes=1))
    clock.advance(timedelta(minutes=1))
    assert await scene.units(scene.person) == {}


async def test_a_hold_that_was_lost_is_taken_again(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.person)
    await scene.holds.drop({(await scene.cart(scene.person)).id: EVENT})
    clock.advance(timedelta(minutes=1))

    await scene.extend_lock(scene.person)

    assert (await scene.get_cart(scene.person)).is_held


async def test_there_is_an_end(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.person)
    for minutes in (9, 9, 9):
        clock.advance(timedelta(minutes=minutes))
        await scene.extend_lock(scene.person)

    with pytest.raises(CartExtensionRefused):
        await scene.extend_lock(scene.person)
    clock.advance(timedelta(minutes=3))
    with pytest.raises(CartExpired):
        await scene.extend_lock(scene.person)


async def test_there_must_be_a_cart(scene: CartScene) -> None:
    with pytest.raises(CartNotFound):
        await scene.extend_lock(scene.person)


async def test_what_was_sold_while_the_cache_was_away_is_not_extended(
    scene: CartScene, clock: VirtualClock
) -> None:
    await scene.add(scene.person, FLOOR, 4)
    scene.count(FLOOR, sold=7)
    before = (await scene.cart(scene.person)).expires_at
    clock.advance(timedelta(minutes=1))

    with pytest.raises(SoldOut):
        await scene.extend_lock(scene.person)

    assert (await scene.cart(scene.person)).expires_at == before


async def test_a_lost_hold_that_others_have_is_reserved(
    scene: CartScene, clock: VirtualClock
) -> None:
    await scene.add(scene.person, FLOOR, 4)
    await scene.holds.drop({(await scene.cart(scene.person)).id: EVENT})
    await scene.add(scene.somebody(), FLOOR, 8)
    clock.advance(timedelta(minutes=1))

    with pytest.raises(Reserved):
        await scene.extend_lock(scene.person)


async def test_the_waiting_list_takes_no_hold_away(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.person, FLOOR, 4)
    scene.count(FLOOR, waiting=10)
    clock.advance(timedelta(minutes=1))

    await scene.extend_lock(scene.person)

    assert (await scene.get_cart(scene.person)).is_held
