"""A client repeats what it asked of the till: nobody is charged twice, nothing is tried anew."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from application.payments.charge_payments import ChargePayment
from application.payments.create_payment_intent import CreatePaymentIntentCommand
from application.payments.ports import Collected
from application.sales.ports import ChargeCommand
from application.sales.settle_payments import SettlementResult
from application.shared.actor import Actor
from application.shared.idempotency import KeyedRequest, KeyInFlight, KeyReused, RequestKey
from domain.payments.errors import GatewayDown, UnknownPaymentMethod
from domain.payments.payment import PaymentStatus
from tests.application.payments.scene import TillScene
from tests.stripe_double import Fault, StripeDouble

ATTEMPTS = 3
DECLINED = "pm_card_visa_chargeDeclined"


def a_key(fingerprint: int = 1, *, id: UUID | None = None) -> RequestKey:
    return RequestKey(id or uuid4(), UUID(int=fingerprint))


def asking(scene: TillScene, key: RequestKey) -> Actor:
    return msgspec.structs.replace(scene.buyer, keyed=KeyedRequest(key))


def is_repeat(actor: Actor) -> bool:
    return actor.keyed is not None and actor.keyed.is_repeat


@pytest.fixture(params=["scene", "local"])
def till(request: pytest.FixtureRequest) -> TillScene:
    """With Stripe, and with the simulation."""
    scene: TillScene = request.getfixturevalue(request.param)
    return scene


async def confirm(scene: TillScene, payment_id: Any, method: str, actor: Actor) -> Any:
    [result] = await scene.confirm_payments([ChargeCommand(actor, payment_id, method)])
    return result


async def test_an_intent_is_the_same_payment_even_when_it_has_failed(scene: TillScene) -> None:
    key, command = a_key(), CreatePaymentIntentCommand(order_id=await scene.place())
    first = await scene.create(asking(scene, key), command)
    scene.change(first.payment_id, status=PaymentStatus.CANCELLED)

    again = asking(scene, key)
    view = await scene.create(again, command)
    other = await scene.create(asking(scene, a_key()), command)

    assert (view.payment_id, view.status) == (first.payment_id, "cancelled")
    assert is_repeat(again)
    assert other.payment_id != first.payment_id


async def test_an_intent_that_did_not_reach_the_processor_is_resumed(
    scene: TillScene, double: StripeDouble
) -> None:
    """The first commit remembers the payment; the retry goes on from there."""
    key, command = a_key(), CreatePaymentIntentCommand(order_id=await scene.place())
    double.fail(Fault.LOST_REQUEST, times=ATTEMPTS)
    with pytest.raises(GatewayDown):
        await scene.create(asking(scene, key), command)

    view = await scene.create(asking(scene, key), command)

    assert len(double.intents) == 1
    assert len(list(scene.memory.table("payments").rows())) == 1
    assert scene.payment(view.payment_id).provider_ref is not None


async def test_a_paid_payment_is_answered_again(scene: TillScene, double: StripeDouble) -> None:
    key, payment_id = a_key(), await scene.open()
    first = await confirm(scene, payment_id, "pm_card_visa", asking(scene, key))

    again = asking(scene, key)
    second = await confirm(scene, payment_id, "pm_card_visa", again)

    assert isinstance(first, SettlementResult)
    assert (second.payment_state, second.order_status) == (first.payment_state, first.order_status)
    assert is_repeat(again)
    assert [intent.charges for intent in double.intents.values()] == [1]


async def test_a_decline_is_told_again_and_not_tried(till: TillScene) -> None:
    key, payment_id = a_key(), await till.open()
    first = await confirm(till, payment_id, DECLINED, asking(till, key))
    tries = till.payment(payment_id).tries

    again = asking(till, key)
    second = await confirm(till, payment_id, DECLINED, again)

    assert (first.payment_state.value, first.failure_code) == ("failed", "card_declined")
    assert (second.payment_state, second.failure_code) == (first.payment_state, first.failure_code)
    assert till.payment(payment_id).tries == tries
    assert is_repeat(again)


async def test_another_card_needs_another_key(till: TillScene) -> None:
    """ID-02."""
    key, payment_id = a_key(), await till.open()
    await confirm(till, payment_id, DECLINED, asking(till, key))

    reused = asking(till, a_key(2, id=key.id))
    refused = await confirm(till, payment_id, "pm_card_visa", reused)
    paid = await confirm(till, payment_id, "pm_card_visa", asking(till, a_key(2)))

    assert isinstance(refused, KeyReused)
    assert paid.payment_state.value == "succeeded"


async def test_a_method_that_was_refused_may_be_corrected(till: TillScene) -> None:
    """ID-09: the key was given up with the try."""
    key, payment_id = a_key(), await till.open()

    refused = await confirm(till, payment_id, "pm_nonsense", asking(till, key))
    corrected = a_key(2, id=key.id)
    paid = await confirm(till, payment_id, "pm_card_visa", asking(till, corrected))

    assert isinstance(refused, UnknownPaymentMethod)
    assert paid.payment_state.value == "succeeded"


async def test_while_nobody_knows_a_repeat_looks_and_does_not_try(
    scene: TillScene, double: StripeDouble
) -> None:
    key, payment_id = a_key(), await scene.open()
    double.fail(Fault.LOST_REQUEST, times=ATTEMPTS)
    assert isinstance(
        await confirm(scene, payment_id, "pm_card_visa", asking(scene, key)), GatewayDown
    )

    answer = await scene.pay(payment_id, actor=asking(scene, key))

    assert isinstance(answer, Collected)
    assert answer.answer.status == "processing"
    assert scene.payment(payment_id).tries == 1


async def test_many_at_once_charge_once(till: TillScene) -> None:
    """ID-03."""
    key, payment_id = a_key(), await till.open()

    results = await asyncio.gather(
        *(confirm(till, payment_id, "pm_card_visa", asking(till, key)) for _ in range(20))
    )

    paid = [result for result in results if isinstance(result, SettlementResult)]
    assert paid
    assert all(r.payment_state.value in ("succeeded", "processing") for r in paid)
    assert till.state(payment_id) is PaymentStatus.SUCCEEDED
    assert till.payment(payment_id).tries <= 1  # The simulation's are not counted.
    assert till.refunds() == []


async def test_a_repeat_that_comes_between_look_and_commit_is_told_to_wait(
    scene: TillScene, double: StripeDouble
) -> None:
    """The first request's commit comes after the second has looked, and the card is declined."""
    key, payment_id = a_key(), await scene.open()
    looked = scene.charge.book.first_requests

    async def late(keys: Any) -> Any:
        known = await looked(keys)
        if not known and scene.payment(payment_id).tries == 0:
            scene.charge.book.first_requests = looked  # type: ignore[method-assign]
            await confirm(scene, payment_id, DECLINED, asking(scene, key))
        return known

    scene.charge.book.first_requests = late  # type: ignore[method-assign]
    command = ChargePayment(asking(scene, key), payment_id, DECLINED)
    [answer] = await scene.charge([command])

    assert isinstance(answer, KeyInFlight)
    assert scene.payment(payment_id).tries == 1
