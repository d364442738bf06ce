"""Carts become orders: at their promised prices, once, and for their owners alone."""

import asyncio
from datetime import timedelta

import pytest

from adapters.memory.database import MemoryDatabase
from application.sales.carts import CartVisitor
from application.sales.messages import PlacedOrder
from domain.sales.errors import CartExpired, CartNotFound, Reserved
from domain.shared.ids import AllotmentId, CartId
from tests.application.sales.cart_scene import CartScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import EVENT, FLOOR, usd


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


def held(scene: CartScene) -> int:
    """Units of the event that orders hold."""
    counter = scene.memory.table("allotment_counters").get(AllotmentId(EVENT))
    assert counter is not None
    return int(counter.held)


async def test_the_promised_price_is_paid(scene: CartScene) -> None:
    guest = await scene.add(scene.guest(), FLOOR, 2)
    scene.prices.prices[FLOOR] = 8000

    placed = await scene.buy(guest)

    assert placed.order is not None
    assert placed.order.total == usd(10000)
    assert placed.order.buyer.id is None
    assert placed.order.cart_id == (await scene.cart(guest)).id
    assert await scene.units(guest) == {}


async def test_a_code_of_the_cart_counts_and_one_that_comes_with_the_order_goes_first(
    scene: CartScene,
) -> None:
    guest = await scene.add(scene.guest(), promo_code="spring")
    person = await scene.add(scene.person)
    of_guest, of_person = await scene.cart(guest), await scene.cart(person)

    [first] = await scene.place_orders([scene.checkout(guest, of_guest.id)])
    [second] = await scene.place_orders([scene.checkout(person, of_person.id, promo_code="summer")])

    assert isinstance(first, PlacedOrder)
    assert isinstance(second, PlacedOrder)
    assert first.order is not None
    assert second.order is not None
    assert (first.order.promo_code, second.order.promo_code) == ("SPRING", "SUMMER")


async def test_fifty_tabs_are_one_order(scene: CartScene) -> None:
    guest = await scene.add(scene.guest(), FLOOR, 2)
    cart = await scene.cart(guest)

    in_one_batch = await scene.place_orders([scene.checkout(guest, cart.id) for _ in range(25)])
    one_by_one = await asyncio.gather(
        *(scene.place_orders([scene.checkout(guest, cart.id)]) for _ in range(25))
    )

    outcomes = [*in_one_batch, *(outcome for [outcome] in one_by_one)]
    placed = [outcome for outcome in outcomes if isinstance(outcome, PlacedOrder)]
    assert len(placed) == 50
    assert len({outcome.id for outcome in placed}) == 1
    assert held(scene) == 2


async def test_the_last_ones_are_the_carts(scene: CartScene) -> None:
    guest = await scene.add(scene.guest(), FLOOR, 10)

    with pytest.raises(Reserved):
        await scene.place({FLOOR: 1})

    assert (await scene.buy(guest)).order is not None


@pytest.mark.parametrize("swept", [True, False])
async def test_after_its_time_it_is_no_order(
    scene: CartScene, clock: VirtualClock, swept: bool
) -> None:
    guest = await scene.add(scene.guest())
    clock.advance(timedelta(minutes=10))
    if swept:
        await scene.expire_carts()

    with pytest.raises(CartExpired):
        await scene.buy(guest)


@pytest.mark.parametrize("sweep_first", [True, False])
async def test_order_and_expiry_in_the_same_instant(
    scene: CartScene, clock: VirtualClock, sweep_first: bool
) -> None:
    guest = await scene.add(scene.guest())
    cart = await scene.cart(guest)
    clock.advance(timedelta(minutes=10) - timedelta(microseconds=1))
    ordering = scene.place_orders([scene.checkout(guest, cart.id)])

    both = [scene.expire_carts(), ordering] if sweep_first else [ordering, scene.expire_carts()]
    results = await asyncio.gather(*both)
    clock.advance(timedelta(microseconds=1))
    swept = await scene.expire_carts()

    [outcome] = next(result for result in results if isinstance(result, list))
    assert isinstance(outcome, PlacedOrder)
    assert swept == 0
    assert held(scene) == 1


async def test_nobody_else_orders_it(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())
    person = await scene.add(scene.person)
    of_guest, of_person = await scene.cart(guest), await scene.cart(person)
    thief = CartVisitor(client=guest.client, token="guessed")

    outcomes = await scene.place_orders(
        [
            scene.checkout(thief, of_guest.id),
            scene.checkout(scene.guest(), of_guest.id),
            scene.checkout(scene.somebody(), of_person.id),
            scene.checkout(thief, of_person.id),
            scene.checkout(scene.person, CartId(scene.ids.new())),
        ]
    )

    assert all(isinstance(outcome, CartNotFound) for outcome in outcomes)


async def test_an_emptied_cart_is_none(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())
    await scene.empty_cart(guest)

    with pytest.raises(CartNotFound):
        await scene.buy(guest)
