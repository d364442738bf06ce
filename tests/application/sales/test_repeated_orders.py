"""A buyer's request comes again: the order it placed is the answer, whatever has changed since."""

from uuid import UUID, uuid4

from application.sales.messages import PlacedOrder
from application.shared.idempotency import KeyReused, RequestKey
from domain.sales.errors import NotOnSale
from tests.application.sales.scene import Scene, same
from tests.domain.sales.builders import FLOOR


def a_key(fingerprint: int = 1, *, id: UUID | None = None) -> RequestKey:
    return RequestKey(id or uuid4(), UUID(int=fingerprint))


async def test_a_repeat_finds_its_order(scene: Scene) -> None:
    key = a_key()
    [first] = await scene.place_orders([same(scene.wish({FLOOR: 2}), key=key)])

    [second] = await scene.place_orders([same(scene.wish({FLOOR: 2}), key=key)])

    assert isinstance(first, PlacedOrder)
    assert second == PlacedOrder(id=first.id)
    assert scene.floor() == (2, 0)


async def test_a_sale_that_closed_since_is_no_answer_to_it(scene: Scene) -> None:
    key = a_key()
    [first] = await scene.place_orders([same(scene.wish(), key=key)])
    scene.quotes.refusal = NotOnSale()

    again, reused, new = await scene.place_orders(
        [
            same(scene.wish(), key=key),
            same(scene.wish(), key=a_key(2)),
            same(scene.wish(), key=None),
        ]
    )
    [other] = await scene.place_orders([same(scene.wish(), key=a_key(2, id=key.id))])

    assert isinstance(first, PlacedOrder)
    assert again == PlacedOrder(id=first.id)
    assert isinstance(reused, NotOnSale)
    assert isinstance(new, NotOnSale)
    assert isinstance(other, KeyReused)


async def test_in_one_batch_the_second_follows_the_first(scene: Scene) -> None:
    key = a_key()
    wishes = [same(scene.wish(), key=key), same(scene.wish(), key=key)]

    [first, second] = await scene.place_orders(wishes)

    assert isinstance(first, PlacedOrder)
    assert second == PlacedOrder(id=first.id)
    assert scene.floor() == (1, 0)
