"""Money goes back once, and what does not go back is flagged."""

import pytest

from application.sales.cancel_order import CancelOrder, CancelOrderCommand
from domain.payments.errors import GatewayDown, ProviderChanged
from domain.payments.events import RefundRequested
from domain.payments.refund import RefundStatus
from domain.shared.ids import PaymentId
from tests.application.payments.scene import TillScene
from tests.stripe_double import Fault, StripeDouble

ATTEMPTS = 3


async def requested(
    scene: TillScene, method: str = "pm_card_visa"
) -> tuple[PaymentId, int, RefundRequested]:
    """A paid order that its organiser cancelled."""
    order_id = await scene.place()
    payment_id = await scene.open(order_id)
    await scene.confirm(payment_id, method)
    cancel = CancelOrder(scene.begin, scene.places, scene.ids)
    await cancel(scene.seller, order_id, CancelOrderCommand())
    recorded = scene.memory.events[-1]
    events = [r for r in scene.memory.events if isinstance(r.event, RefundRequested)]
    assert len(events) == 1, recorded
    assert isinstance(events[0].event, RefundRequested)
    return payment_id, events[0].id, events[0].event


async def test_the_money_goes_back(scene: TillScene, double: StripeDouble) -> None:
    _, number, event = await requested(scene)

    await scene.on_refund_requested(number, event)

    [refund] = scene.refunds()
    assert refund.status is RefundStatus.SUCCEEDED
    assert [made.amount for made in double.refunds.values()] == [5000]
    assert refund.provider_ref in double.refunds


async def test_a_second_delivery_returns_nothing_more(
    scene: TillScene, double: StripeDouble
) -> None:
    _, number, event = await requested(scene)

    for _ in range(2):
        await scene.on_refund_requested(number, event)

    assert len(double.refunds) == 1


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_ANSWER])
async def test_an_outage_is_tried_again_and_returns_it_once(
    scene: TillScene, double: StripeDouble, fault: Fault
) -> None:
    _, number, event = await requested(scene)
    double.fail(fault, path="/refunds", times=ATTEMPTS)
    with pytest.raises(GatewayDown):
        await scene.on_refund_requested(number, event)
    assert scene.refunds()[0].status is RefundStatus.REQUESTED

    await scene.on_refund_requested(number, event)

    assert scene.refunds()[0].status is RefundStatus.SUCCEEDED
    assert len(double.refunds) == 1


async def test_a_bank_may_take_its_time(scene: TillScene) -> None:
    _, number, event = await requested(scene, "pm_card_pendingRefund")

    await scene.on_refund_requested(number, event)

    [refund] = scene.refunds()
    assert (refund.status, refund.settled_at) == (RefundStatus.PENDING, None)


async def test_a_refused_refund_is_flagged(scene: TillScene, double: StripeDouble) -> None:
    payment_id, number, event = await requested(scene)
    [intent] = double.intents.values()
    intent.amount_refunded = intent.amount_received

    await scene.on_refund_requested(number, event)

    [refund] = scene.refunds()
    assert (refund.status, refund.failure_code) == (
        RefundStatus.FAILED,
        "charge_already_refunded",
    )
    assert scene.payment(payment_id).review_flag == "refund_failed"


async def test_money_of_another_processor_waits(scene: TillScene) -> None:
    payment_id, number, event = await requested(scene)
    scene.change(payment_id, provider="simulated")

    with pytest.raises(ProviderChanged):
        await scene.on_refund_requested(number, event)

    assert scene.refunds()[0].status is RefundStatus.REQUESTED


async def test_a_local_processor_returns_money_too(local: TillScene) -> None:
    _, number, event = await requested(local)

    await local.on_refund_requested(number, event)

    assert local.refunds()[0].status is RefundStatus.SUCCEEDED
