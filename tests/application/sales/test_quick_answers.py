"""Yes while plenty is left, no once everything is gone, and silence in between."""

from dataclasses import replace
from uuid import uuid4

from application.sales.messages import PlacedOrder, PlaceOrder
from application.sales.quick_answers import QuickAnswers, is_plain
from application.shared.idempotency import RequestKey
from domain.sales.box_office import Claim
from domain.sales.errors import SoldOut
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, WaitingListEntryId
from tests.application.sales.scene import Scene, same
from tests.domain.sales.builders import CODE, FLOOR, VIP, a_claim, a_quote


async def ask(scene: Scene, *wishes: PlaceOrder) -> dict[int, PlacedOrder | DomainError]:
    commands = dict(enumerate(wishes))
    priced = await scene.claims.price(commands)
    gone = await quick(scene).refuse_gone(commands, priced)
    for index in gone:
        del priced.quotes[index]
    return gone | await quick(scene).of(commands, await scene.claims.of(commands, priced))


def quick(scene: Scene) -> QuickAnswers:
    return scene.place_orders.quick


async def test_who_knows_nothing_says_nothing(scene: Scene) -> None:
    assert await ask(scene, scene.wish({FLOOR: 1})) == {}


async def test_plenty_is_sold_at_once(scene: Scene) -> None:
    await scene.place({FLOOR: 1})

    answers = await ask(scene, scene.wish({FLOOR: 2}), scene.wish({FLOOR: 3}))

    assert all(isinstance(answer, PlacedOrder) for answer in answers.values())
    assert scene.floor() == (6, 0)
    assert scene.announced() == ["OrderPlaced"] * 3


async def test_what_is_gone_is_refused_without_a_lock(scene: Scene) -> None:
    await scene.place({FLOOR: 10})

    answers = await ask(scene, scene.wish({FLOOR: 1}))

    assert isinstance(answers[0], SoldOut)
    assert answers[0].facts["event_id"]


async def test_what_only_the_others_of_the_batch_took_is_left_to_the_exact_path(
    scene: Scene,
) -> None:
    await scene.place({FLOOR: 5})

    answers = await ask(scene, scene.wish({FLOOR: 4}), scene.wish({FLOOR: 4}))

    assert isinstance(answers[0], PlacedOrder)
    assert 1 not in answers
    assert scene.floor() == (9, 0)


async def test_what_was_never_seen_does_not_hold_up_what_was(scene: Scene) -> None:
    await scene.place({FLOOR: 1})

    answers = await ask(scene, scene.wish({FLOOR: 1}), scene.wish({VIP: 1}))

    assert isinstance(answers[0], PlacedOrder)
    assert 1 not in answers


async def test_what_came_back_meanwhile_is_not_refused(scene: Scene) -> None:
    await scene.place({FLOOR: 10})
    counters = scene.memory.table("allotment_counters")
    row = counters.get(AllotmentId(FLOOR))
    assert row is not None
    row.held = 4
    counters.put(AllotmentId(FLOOR), row)

    assert await ask(scene, scene.wish({FLOOR: 6})) == {}


async def test_a_repeat_is_not_told_that_it_is_sold_out(scene: Scene) -> None:
    keyed = same(scene.wish({FLOOR: 10}), key=RequestKey(uuid4(), uuid4()))
    [first] = await scene.place_orders([keyed])
    assert isinstance(first, PlacedOrder)

    [again] = await scene.place_orders([same(keyed, order_id=scene.ids.new())])

    assert isinstance(again, PlacedOrder)
    assert (again.id, again.is_repeat) == (first.id, True)


def test_only_what_the_counters_alone_decide_goes_the_short_way() -> None:
    def goes(claim: Claim) -> bool:
        return is_plain(claim, claim.quote)

    plain = a_claim()
    assert goes(plain)
    assert not goes(replace(plain, quote=a_quote(promo=True)))
    assert not goes(replace(plain, offer_id=WaitingListEntryId(CODE)))
