"""Many intents are one commit, and each keeps its own outcome and key."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from adapters.simulated.gateway import SimulatedGateway
from application.payments.gateway import ChargeRequest, GatewayPayment
from application.payments.ports import OrderToPay
from application.payments.record_intents import IntentWish, RecordedIntent, RecordIntents
from application.shared.actor import Actor
from application.shared.idempotency import KeyedRequest, KeyReused, RequestKey
from application.shared.transaction import DatabaseDown, NothingDone, SessionEnded
from domain.payments.errors import GatewayRefused, OrderNotFound, OrderNotPayable
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

    asking = [keyed(local.buyer, key) for _ in range(2)]
    twins = await record([wish(actor, order_id) for actor in asking])
    local.change(payment_of(twins[0]), provider="stripe")  # No open payment of ours any more.
    [again] = await record([wish(keyed(local.buyer, key), order_id)])

    assert {payment_of(twin) for twin in twins} == {payment_of(again)}
    assert [actor.keyed.is_repeat for actor in asking if actor.keyed] == [False, True]


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


async def test_a_refused_wish_leaves_its_key_to_another_in_the_same_batch(
    local: TillScene, clock: VirtualClock
) -> None:
    late, key = await local.place(), RequestKey(uuid4(), uuid4())
    clock.advance(timedelta(minutes=15))
    fresh = await local.place()

    [refused, used] = await record_intents(local)(
        [
            wish(keyed(local.buyer, key), late),
            wish(keyed(local.buyer, RequestKey(key.id, uuid4())), fresh),
        ]
    )

    assert isinstance(refused, OrderNotPayable)
    assert payment_of(used) in {payment.id for payment in local.memory.table("payments").rows()}


async def test_two_requests_with_one_key_at_once_are_not_one(local: TillScene) -> None:
    key = RequestKey(uuid4(), uuid4())
    first, second = await local.place(), await local.place()

    [used, refused] = await record_intents(local)(
        [
            wish(keyed(local.buyer, key), first),
            wish(keyed(local.buyer, RequestKey(key.id, uuid4())), second),
        ]
    )

    assert isinstance(used, RecordedIntent)
    assert isinstance(refused, KeyReused)


async def test_what_is_lost_before_anything_is_written_is_told_as_that(local: TillScene) -> None:
    class Lost:
        async def orders_to_pay(self, wanted: object) -> dict[OrderId, OrderToPay]:
            raise DatabaseDown

    record = replace(record_intents(local), orders=Lost())  # type: ignore[arg-type]  # Half of it.

    with pytest.raises(NothingDone):
        await record([wish(local.buyer, OrderId(uuid4()))])


async def test_one_refused_by_a_local_processor_hurts_nobody_else(local: TillScene) -> None:
    bad, good = await local.place(), await local.place()

    class Picky(SimulatedGateway):
        async def create(self, charge: ChargeRequest) -> GatewayPayment:
            if charge.reference == numbers[bad]:
                raise GatewayRefused
            return await super().create(charge)

    numbers = {order.id: order.number for order in local.memory.table("orders").rows()}
    record = replace(record_intents(local), gateway=Picky())

    [refused, fine] = await record([wish(local.buyer, bad), wish(local.buyer, good)])

    assert isinstance(refused, GatewayRefused)
    assert isinstance(fine, RecordedIntent)


async def test_a_key_is_not_for_another_order(local: TillScene) -> None:
    key = RequestKey(uuid4(), uuid4())
    first, second = await local.place(), await local.place()
    record = record_intents(local)
    await record([wish(keyed(local.buyer, key), first)])

    other = keyed(local.buyer, RequestKey(key.id, uuid4()))
    [refused, fine] = await record([wish(other, second), wish(local.buyer, second)])

    assert isinstance(refused, KeyReused)
    assert isinstance(fine, RecordedIntent)
