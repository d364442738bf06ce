"""Whose cart it is."""

from uuid import UUID

import pytest

from adapters.memory.database import MemoryDatabase
from application.sales.carts import CartVisitor, hash_of, is_theirs
from application.shared.idempotency import KeyedRequest, RequestKey
from tests.application.sales.cart_scene import CartScene
from tests.domain.sales.builders import ORG


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


async def test_a_guests_cart_is_for_whoever_shows_its_token(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())
    cart = await scene.cart(guest)

    assert is_theirs(cart, None, guest.token)
    assert is_theirs(cart, scene.buyer, guest.token)
    for actor, token in ((None, None), (scene.buyer, None), (None, "x"), (None, "")):
        assert not is_theirs(cart, actor, token)


async def test_a_persons_cart_is_theirs_alone(scene: CartScene) -> None:
    await scene.add(scene.person)
    cart = await scene.cart(scene.person)

    assert is_theirs(cart, scene.buyer, None)
    assert not is_theirs(cart, scene.seller, None)
    assert not is_theirs(cart, None, "x")


def test_what_is_kept_of_a_token_is_not_the_token() -> None:
    assert hash_of("a") != hash_of("b")
    assert len(hash_of("a")) == 32


def test_a_look_claims_no_key_and_a_change_does() -> None:
    keyed = KeyedRequest(RequestKey(UUID(int=1), UUID(int=2)))
    visitor = CartVisitor(client=UUID(int=3), keyed=keyed)

    assert visitor.glance(ORG).keyed is None
    assert visitor.within(ORG).keyed is keyed
