"""A promo code goes into the cart and out of it."""

import pytest

from adapters.memory.database import MemoryDatabase
from application.sales.update_cart import UpdateCartCommand
from domain.sales.errors import CartNotFound, CartOrdered, PromoCodeExhausted
from domain.shared.ids import AllotmentId
from tests.application.sales.cart_scene import CartScene
from tests.domain.sales.builders import CODE


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


async def test_a_code_goes_in_and_out(scene: CartScene) -> None:
    await scene.add(scene.person)

    await scene.update_cart(scene.person, UpdateCartCommand(promo_code="spring"))
    reduced = await scene.get_cart(scene.person)
    await scene.update_cart(scene.person, UpdateCartCommand(promo_code=None))
    full = await scene.get_cart(scene.person)

    assert (reduced.promo_code, reduced.total_amount) == ("SPRING", "45.00")
    assert (full.promo_code, full.total_amount) == (None, "50.00")


async def test_its_uses_are_not_held(scene: CartScene) -> None:
    await scene.add(scene.person)

    await scene.update_cart(scene.person, UpdateCartCommand(promo_code="spring"))

    assert AllotmentId(CODE) not in await scene.units(scene.person)


async def test_a_bad_code_changes_nothing(scene: CartScene) -> None:
    await scene.add(scene.person)
    scene.prices.code_refusal = PromoCodeExhausted()

    with pytest.raises(PromoCodeExhausted):
        await scene.update_cart(scene.person, UpdateCartCommand(promo_code="gone"))

    assert (await scene.cart(scene.person)).promo_code is None


async def test_there_must_be_a_cart(scene: CartScene) -> None:
    with pytest.raises(CartNotFound):
        await scene.update_cart(scene.person, UpdateCartCommand(promo_code=None))
    guest = await scene.add(scene.guest())
    await scene.buy(guest)
    with pytest.raises(CartOrdered):
        await scene.update_cart(guest, UpdateCartCommand(promo_code=None))
