"""A cart is given up."""

import pytest

from adapters.memory.database import MemoryDatabase
from domain.sales.errors import CartNotFound, CartOrdered
from tests.application.sales.cart_scene import CartScene
from tests.domain.sales.builders import FLOOR


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


async def test_its_tickets_are_for_others_at_once(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR, 10)

    await scene.empty_cart(scene.person)

    await scene.add(scene.somebody(), FLOOR, 10)
    with pytest.raises(CartNotFound):
        await scene.empty_cart(scene.person)


async def test_an_ordered_cart_is_done(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())
    placed = await scene.buy(guest)

    with pytest.raises(CartOrdered) as refusal:
        await scene.empty_cart(guest)

    assert refusal.value.facts["order_id"] == placed.id
