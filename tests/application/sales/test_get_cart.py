"""What a buyer sees of a cart."""

from datetime import timedelta

import pytest

from adapters.memory.database import MemoryDatabase
from application.sales.carts import CartChanged, CartVisitor
from domain.sales.errors import CartNotFound, PromoCodeExhausted
from tests.application.sales.cart_scene import CartScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import FLOOR, VIP


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


async def test_what_it_costs_and_how_long_it_holds(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.person, FLOOR, 2, promo_code="spring")
    await scene.add(scene.person, VIP)

    view = await scene.get_cart(scene.person)

    assert [(item.id, item.subtotal) for item in view.items] == [(FLOOR, "100.00"), (VIP, "90.00")]
    assert (view.subtotal_amount, view.discount_amount) == ("190.00", "19.00")
    assert (view.total_amount, view.is_held) == ("171.00", True)
    assert view.expires_at == clock() + timedelta(minutes=10)


async def test_a_problem_is_told_before_the_order_is_refused(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR, 2, promo_code="spring")
    scene.prices.code_refusal = PromoCodeExhausted()

    view = await scene.get_cart(scene.person)

    assert view.problem is not None
    assert view.problem.code == "promo_code_exhausted"
    assert (view.subtotal_amount, view.total_amount) == ("100.00", None)


async def test_an_expired_one_is_shown_at_the_prices_of_now(
    scene: CartScene, clock: VirtualClock
) -> None:
    await scene.add(scene.person)
    scene.prices.prices[FLOOR] = 4000
    clock.advance(timedelta(minutes=10))

    view = await scene.get_cart(scene.person)

    assert (view.status.value, view.is_held) == ("expired", False)
    assert (view.items[0].unit_price, view.items[0].previous_unit_price) == ("40.00", "50.00")


async def test_a_person_finds_it_for_a_day_and_a_token_for_good(
    scene: CartScene, clock: VirtualClock
) -> None:
    guest = await scene.add(scene.guest())
    await scene.add(scene.person)
    clock.advance(timedelta(hours=25))
    await scene.expire_carts()

    assert (await scene.get_cart(guest)).status.value == "expired"
    with pytest.raises(CartNotFound):
        await scene.get_cart(scene.person)


async def test_an_ordered_one_names_its_order(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())
    placed = await scene.buy(guest)

    view = await scene.get_cart(guest)

    assert (view.status.value, view.order_id) == ("ordered", placed.id)


async def test_another_visitor_sees_nothing(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())
    cart = await scene.cart(guest)

    for visitor in (scene.person, scene.guest(), CartVisitor(client=guest.client, token="x")):
        with pytest.raises(CartNotFound):
            await scene.get_cart(visitor)
        with pytest.raises(CartNotFound):
            await scene.get_cart(visitor, CartChanged(cart_id=cart.id))


async def test_whoever_signs_in_keeps_the_guests_cart_by_its_token(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())
    now_known = CartVisitor(client=scene.person.client, actor=scene.buyer, token=guest.token)

    assert (await scene.get_cart(now_known)).is_held
    placed = await scene.buy(now_known)
    assert placed.order is not None
    assert placed.order.buyer.id == scene.buyer.user_id


async def test_what_orders_took_meanwhile_is_not_held(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR, 4)
    scene.count(FLOOR, sold=7)

    assert not (await scene.get_cart(scene.person)).is_held
    scene.count(FLOOR, sold=6)
    assert (await scene.get_cart(scene.person)).is_held


async def test_a_person_sees_the_ordered_one_for_a_day(
    scene: CartScene, clock: VirtualClock
) -> None:
    await scene.add(scene.person)
    placed = await scene.buy(scene.person)

    view = await scene.get_cart(scene.person)

    assert (view.status.value, view.order_id) == ("ordered", placed.id)
    clock.advance(timedelta(hours=25))
    with pytest.raises(CartNotFound):
        await scene.get_cart(scene.person)
