"""An intent is recorded before the processor hears of it, and an order has one open payment."""

import asyncio
from datetime import timedelta

import pytest

from application.payments.create_payment_intent import CreatePaymentIntentCommand
from application.shared.transaction import SessionEnded
from domain.payments.errors import GatewayDown, OrderNotFound, OrderNotPayable
from domain.payments.payment import PaymentStatus
from domain.shared.ids import OrderId
from tests.application.payments.scene import TillScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import FLOOR
from tests.stripe_double import Fault, StripeDouble

ATTEMPTS = 3
"""How often the client asks before it gives up."""


def a_command(order_id: OrderId) -> CreatePaymentIntentCommand:
    return CreatePaymentIntentCommand(order_id=order_id)


async def test_an_intent_is_opened_at_the_processor(scene: TillScene, double: StripeDouble) -> None:
    order_id = await scene.place({FLOOR: 2})

    view = await scene.create(scene.buyer, a_command(order_id))

    [intent] = double.intents.values()
    assert (view.amount, view.currency, view.status) == ("100.00", "USD", "created")
    assert view.client_secret is not None
    assert scene.payment(view.payment_id).provider_ref == intent.id
    assert (intent.amount, intent.metadata["payment_id"]) == (10_000, str(view.payment_id))


async def test_the_same_order_twice_is_one_payment(scene: TillScene, double: StripeDouble) -> None:
    order_id = await scene.place()

    first = await scene.create(scene.buyer, a_command(order_id))
    second = await scene.create(scene.buyer, a_command(order_id))

    assert first == second
    assert len(double.intents) == 1


async def test_two_intents_at_once_are_one_payment(scene: TillScene, double: StripeDouble) -> None:
    order_id = await scene.place()

    asking = (scene.create(scene.buyer, a_command(order_id)) for _ in range(5))
    views = await asyncio.gather(*asking)

    assert len({view.payment_id for view in views}) == 1
    assert len(double.intents) == 1


async def test_a_declined_payment_is_tried_again_and_not_begun_anew(scene: TillScene) -> None:
    order_id = await scene.place()
    payment_id = await scene.open(order_id)
    await scene.confirm(payment_id, "pm_card_visa_chargeDeclined")

    assert await scene.open(order_id) == payment_id


async def test_a_cancelled_payment_is_followed_by_another(scene: TillScene) -> None:
    order_id = await scene.place()
    payment_id = await scene.open(order_id)
    scene.change(payment_id, status=PaymentStatus.CANCELLED)

    another = await scene.open(order_id)

    assert another != payment_id
    assert scene.payment(another).attempt == 2


async def test_a_payment_of_another_processor_is_left_alone(scene: TillScene) -> None:
    order_id = await scene.place()
    payment_id = await scene.open(order_id)
    scene.change(payment_id, provider="simulated")

    assert await scene.open(order_id) != payment_id


async def test_strangers_learn_nothing_of_an_order(scene: TillScene) -> None:
    order_id = await scene.place()

    with pytest.raises(OrderNotFound):
        await scene.create(scene.stranger(), a_command(order_id))


async def test_an_overdue_order_cannot_be_paid(scene: TillScene, clock: VirtualClock) -> None:
    order_id = await scene.place()
    clock.advance(timedelta(minutes=15))

    with pytest.raises(OrderNotPayable) as refusal:
        await scene.create(scene.buyer, a_command(order_id))

    assert refusal.value.facts["reason"] == "expired"


async def test_a_free_order_has_nothing_to_pay(scene: TillScene) -> None:
    scene.quotes.price = 0
    order_id = await scene.place()

    with pytest.raises(OrderNotPayable) as refusal:
        await scene.create(scene.buyer, a_command(order_id))

    assert refusal.value.facts["reason"] == "not_pending"


async def test_money_under_review_is_not_asked_for_twice(scene: TillScene) -> None:
    order_id = await scene.place()
    scene.change(await scene.open(order_id), status=PaymentStatus.SUCCEEDED)

    with pytest.raises(OrderNotPayable) as refusal:
        await scene.create(scene.buyer, a_command(order_id))

    assert refusal.value.facts["reason"] == "already_paid"


async def test_an_ended_session_opens_nothing(scene: TillScene, double: StripeDouble) -> None:
    order_id = await scene.place()
    scene.memory.table("sessions").remove(scene.buyer.session_id)

    with pytest.raises(SessionEnded):
        await scene.create(scene.buyer, a_command(order_id))

    assert not double.intents


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.SERVER_ERROR])
async def test_an_outage_is_resumed_with_the_same_payment(
    scene: TillScene, double: StripeDouble, fault: Fault
) -> None:
    order_id = await scene.place()
    double.fail(fault, times=ATTEMPTS)
    with pytest.raises(GatewayDown):
        await scene.create(scene.buyer, a_command(order_id))
    [payment] = scene.memory.table("payments").rows()

    view = await scene.create(scene.buyer, a_command(order_id))

    assert view.payment_id == payment.id
    assert view.client_secret is not None
    assert len(double.intents) == 1


async def test_a_local_processor_needs_one_commit(local: TillScene) -> None:
    order_id = await local.place()

    view = await local.create(local.buyer, a_command(order_id))

    payment = local.payment(view.payment_id)
    assert (payment.provider, payment.version) == ("simulated", 1)
    assert payment.provider_ref is not None
