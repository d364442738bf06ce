"""Many intents are one commit, and each keeps its own outcome and key."""

from datetime import timedelta
from uuid import uuid4

import msgspec

from application.payments.record_intents import IntentWish, RecordedIntent, RecordIntents
from application.shared.actor import Actor
from application.shared.idempotency import KeyedRequest, KeyReused, RequestKey
from application.shared.transaction import SessionEnded
from domain.payments.errors import OrderNotFound, OrderNotPayable
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId
from tests.application.payments.scene import TillScene
from tests.conftest import VirtualClock


def record_intents(scene: TillScene) -> RecordIntents:
    create = scene.create
    return RecordIntents(create.begin, scene.charge.book, create.gateway)  # type: ignore[arg-type]  # The memory book is both.


def wish(actor: Actor, order_id: OrderId) -> IntentWish:
    return IntentWish(actor, order_id, PaymentId(uuid4()))


def keyed(actor: Actor, key: RequestKey) -> Actor:
    return msgspec.structs.replace(actor, keyed=KeyedRequest(key))


def payment_of(outcome: RecordedIntent | DomainError) -> PaymentId:
    assert isinstance(outcome, RecordedIntent), outcome
    return outcome.payment.id


async def test_each_wish_has_its_own_outcome(local: TillScene, clock: VirtualClock) -> None:
    overdue = await local.place()
    clock.advance(timedelta(minutes=15))
    first, second = await local.place(), await local.place()
    gone = local.signed_in(local.buyer.user_id)
    local.memory.table("sessions").remove(gone.session_id)

    outcomes = await record_intents(local)(
        [
            wish(local.buyer, first),
            wish(local.stranger(), first),
            wish(local.buyer, overdue),
            wish(local.buyer, second),
            wish(local.buyer, OrderId(uuid4())),
            wish(local.buyer, first),
            wish(gone, second),
        ]
    )

    assert [type(outcome) for outcome in outcomes] == [
        RecordedIntent,
        OrderNotFound,
        OrderNotPayable,
        RecordedIntent,
        OrderNotFound,
        RecordedIntent,
        SessionEnded,
    ]
    assert payment_of(outcomes[0]) == payment_of(outcomes[5])
    stored = {payment.id: payment.order_id for payment in local.memory.table("payments").rows()}
    assert stored == {payment_of(outcomes[0]): first, payment_of(outcomes[3]): second}


async def test_one_request_that_came_twice_at_once_is_one_payment(local: TillScene) -> None:
    key, order_id = RequestKey(uuid4(), uuid4()), await local.place()
    record = record_intents(local)

    twins = await record([wish(keyed(local.buyer, key), order_id) for _ in range(2)])
    local.change(payment_of(twins[0]), provider="stripe")  # No open payment of ours any more.
    [again] = await record([wish(keyed(local.buyer, key), order_id)])

    assert {payment_of(twin) for twin in twins} == {payment_of(again)}


async def test_a_key_names_the_payment_that_was_open_already(local: TillScene) -> None:
    key, order_id = RequestKey(uuid4(), uuid4()), await local.place()
    record = record_intents(local)

    [first] = await record([wish(local.buyer, order_id)])
    await record([wish(keyed(local.buyer, key), order_id)])
    local.change(payment_of(first), provider="stripe")
    [again] = await record([wish(keyed(local.buyer, key), order_id)])

    assert payment_of(again) == payment_of(first)


async def test_a_refused_wish_leaves_its_key_to_the_next(
    local: TillScene, clock: VirtualClock
) -> None:
    late, key = await local.place(), RequestKey(uuid4(), uuid4())
    clock.advance(timedelta(minutes=15))
    fresh = await local.place()
    record = record_intents(local)

    [refused, other] = await record([wish(keyed(local.buyer, key), late), wish(local.buyer, fresh)])
    [used] = await record([wish(keyed(local.buyer, RequestKey(key.id, uuid4())), fresh)])

    assert isinstance(refused, OrderNotPayable)
    assert payment_of(used) == payment_of(other)


async def test_a_key_is_not_for_another_order(local: TillScene) -> None:
    key = RequestKey(uuid4(), uuid4())
    first, second = await local.place(), await local.place()
    record = record_intents(local)
    await record([wish(keyed(local.buyer, key), first)])

    other = keyed(local.buyer, RequestKey(key.id, uuid4()))
    [refused, fine] = await record([wish(other, second), wish(local.buyer, second)])

    assert isinstance(refused, KeyReused)
    assert isinstance(fine, RecordedIntent)
