"""What nobody tells us about is looked up within the minute."""

from datetime import timedelta

import pytest

from domain.payments.payment import IN_FLIGHT, PaymentStatus
from domain.sales.order import OrderStatus
from tests.application.payments.scene import TillScene
from tests.conftest import VirtualClock
from tests.stripe_double import Fault, StripeDouble

ATTEMPTS = 3


async def test_a_lost_answer_is_found_out(
    scene: TillScene, double: StripeDouble, clock: VirtualClock
) -> None:
    order_id = await scene.place()
    payment_id = await scene.open(order_id)
    double.fail(Fault.LOST_ANSWER, path="/confirm", times=ATTEMPTS)
    await scene.confirm(payment_id)
    clock.advance(IN_FLIGHT)

    assert await scene.reconcile() == 1

    assert scene.state(payment_id) is PaymentStatus.SUCCEEDED
    assert scene.status(order_id) is OrderStatus.PAID


async def test_a_lost_request_leaves_the_payment_open_again(
    scene: TillScene, double: StripeDouble, clock: VirtualClock
) -> None:
    payment_id = await scene.open()
    double.fail(Fault.LOST_REQUEST, path="/confirm", times=ATTEMPTS)
    await scene.confirm(payment_id)
    clock.advance(IN_FLIGHT)

    await scene.reconcile()

    assert scene.state(payment_id) is PaymentStatus.CREATED


async def test_nobody_is_looked_at_twice_in_a_minute(scene: TillScene, clock: VirtualClock) -> None:
    await scene.open()

    assert await scene.reconcile() == 0
    clock.advance(IN_FLIGHT)
    assert await scene.reconcile() == 1
    assert await scene.reconcile() == 0


async def test_a_payment_that_is_abandoned_is_forgotten_in_time(
    scene: TillScene, clock: VirtualClock
) -> None:
    await scene.open()
    clock.advance(timedelta(minutes=61))
    await scene.expire_orders()

    assert await scene.reconcile() == 0


async def test_a_payment_that_never_got_out_has_failed(
    scene: TillScene, clock: VirtualClock
) -> None:
    payment_id = await scene.open()
    scene.change(payment_id, status=PaymentStatus.PROCESSING, provider_ref=None)
    clock.advance(timedelta(minutes=5))

    assert await scene.reconcile() == 0

    payment = scene.payment(payment_id)
    assert (payment.status, payment.failure_code) == (PaymentStatus.FAILED, "not_opened")


async def test_an_outage_is_reported_and_does_not_stop_the_others(
    scene: TillScene, double: StripeDouble, clock: VirtualClock
) -> None:
    orders = [await scene.place() for _ in range(2)]
    for order_id in orders:
        await scene.open(order_id)
    lost, paid = double.intents.values()
    paid.confirm("pm_card_visa")
    double.fail(Fault.SERVER_ERROR, path=lost.id, times=ATTEMPTS)
    clock.advance(IN_FLIGHT)

    with pytest.raises(ExceptionGroup):
        await scene.reconcile()

    assert [scene.status(order_id) for order_id in orders] == [
        OrderStatus.PENDING,
        OrderStatus.PAID,
    ]


async def test_a_local_processor_leaves_nothing_to_look_up(
    local: TillScene, clock: VirtualClock
) -> None:
    await local.open()
    clock.advance(IN_FLIGHT)

    assert await local.reconcile() == 0
