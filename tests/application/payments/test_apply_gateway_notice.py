"""Whatever a message says and whenever it comes, the processor's object is what counts."""

import pytest

from application.payments.apply_gateway_notice import ApplyGatewayNotice
from domain.payments.errors import GatewayDown, ProviderChanged
from domain.payments.payment import PaymentStatus
from domain.sales.order import OrderStatus
from domain.shared.ids import OrderId, PaymentId
from tests.application.payments.scene import TillScene
from tests.domain.sales.builders import FLOOR
from tests.stripe_double import Fault, StripeDouble
from tests.stripe_double.ledger import Intent

ATTEMPTS = 3


async def opened(scene: TillScene, double: StripeDouble) -> tuple[OrderId, PaymentId, Intent]:
    order_id = await scene.place({FLOOR: 2})
    payment_id = await scene.open(order_id)
    return order_id, payment_id, list(double.intents.values())[-1]


async def test_a_payment_made_in_the_browser_pays_the_order(
    scene: TillScene, double: StripeDouble
) -> None:
    order_id, payment_id, intent = await opened(scene, double)
    intent.confirm("pm_card_visa")

    await scene.notice(*double.webhook("payment_intent.succeeded", intent))

    assert scene.state(payment_id) is PaymentStatus.SUCCEEDED
    assert scene.status(order_id) is OrderStatus.PAID
    assert scene.floor() == (0, 2)
    [notice] = scene.memory.table("provider_events").rows()
    assert notice.processed_at is not None


async def test_a_message_is_a_hint_and_not_the_truth(
    scene: TillScene, double: StripeDouble
) -> None:
    order_id, payment_id, intent = await opened(scene, double)

    await scene.notice(*double.webhook("payment_intent.succeeded", intent))

    assert scene.state(payment_id) is PaymentStatus.CREATED
    assert scene.status(order_id) is OrderStatus.PENDING


async def test_a_failure_told_after_the_success_changes_nothing(
    scene: TillScene, double: StripeDouble
) -> None:
    order_id, payment_id, intent = await opened(scene, double)
    intent.confirm("pm_card_visa")

    for kind in ("charge.refunded", "payment_intent.payment_failed", "payment_intent.created"):
        await scene.notice(*double.webhook(kind, intent))

    assert scene.state(payment_id) is PaymentStatus.SUCCEEDED
    assert scene.announced() == ["OrderPlaced", "OrderPaid"]
    assert scene.status(order_id) is OrderStatus.PAID


async def test_the_same_job_again_changes_nothing(scene: TillScene, double: StripeDouble) -> None:
    _, payment_id, intent = await opened(scene, double)
    intent.confirm("pm_card_visa")
    await scene.notice(*double.webhook("payment_intent.succeeded", intent))
    [(_, arguments)] = scene.memory.jobs
    before = scene.payment(payment_id)

    await scene.apply(**arguments)

    assert scene.payment(payment_id) == before


async def test_a_message_that_is_faster_than_our_record_finds_the_payment(
    scene: TillScene, double: StripeDouble
) -> None:
    order_id, payment_id, intent = await opened(scene, double)
    scene.change(payment_id, provider_ref=None, client_secret=None)
    intent.confirm("pm_card_visa")

    await scene.notice(*double.webhook("payment_intent.succeeded", intent))

    assert scene.payment(payment_id).provider_ref == intent.id
    assert scene.status(order_id) is OrderStatus.PAID


async def test_metadata_cannot_claim_a_payment_that_has_its_reference(
    scene: TillScene, double: StripeDouble
) -> None:
    order_id, payment_id, intent = await opened(scene, double)
    forged = Intent(
        amount=intent.amount, currency="usd", is_live=False, metadata=dict(intent.metadata)
    )
    double.intents[forged.id] = forged
    forged.confirm("pm_card_visa")

    await scene.notice(*double.webhook("payment_intent.succeeded", forged))

    assert scene.state(payment_id) is PaymentStatus.CREATED
    assert scene.status(order_id) is OrderStatus.PENDING


async def test_another_organisations_metadata_claims_nothing(
    scene: TillScene, double: StripeDouble
) -> None:
    order_id, payment_id, intent = await opened(scene, double)
    scene.change(payment_id, provider_ref=None)
    intent.metadata["organization_id"] = str(scene.ids.new())
    intent.confirm("pm_card_visa")

    await scene.notice(*double.webhook("payment_intent.succeeded", intent))

    assert scene.status(order_id) is OrderStatus.PENDING


async def test_a_decline_of_before_does_not_end_the_try_that_is_under_way(
    scene: TillScene, double: StripeDouble
) -> None:
    _, payment_id, intent = await opened(scene, double)
    await scene.confirm(payment_id, "pm_card_visa_chargeDeclined")
    double.fail(Fault.LOST_REQUEST, path="/confirm", times=ATTEMPTS)
    await scene.pay(payment_id)

    await scene.notice(*double.webhook("payment_intent.payment_failed", intent))

    assert scene.state(payment_id) is PaymentStatus.PROCESSING


async def test_a_payment_of_somebody_else_has_no_effect(
    scene: TillScene, double: StripeDouble
) -> None:
    foreign = Intent(amount=1, currency="usd", is_live=False, metadata={})
    double.intents[foreign.id] = foreign

    await scene.notice(*double.webhook("payment_intent.succeeded", foreign))

    [notice] = scene.memory.table("provider_events").rows()
    assert notice.processed_at is not None


async def test_an_outage_leaves_the_message_to_the_next_attempt(
    scene: TillScene, double: StripeDouble
) -> None:
    order_id, _, intent = await opened(scene, double)
    intent.confirm("pm_card_visa")
    await scene.receive(*double.webhook("payment_intent.succeeded", intent))
    [(_, arguments)] = scene.memory.jobs
    double.fail(Fault.SERVER_ERROR, times=ATTEMPTS)
    with pytest.raises(GatewayDown):
        await scene.apply(**arguments)
    [notice] = scene.memory.table("provider_events").rows()
    assert notice.processed_at is None

    await scene.apply(**arguments)

    assert scene.status(order_id) is OrderStatus.PAID


async def test_a_message_of_a_processor_we_left_is_refused_aloud(local: TillScene) -> None:
    apply: ApplyGatewayNotice = local.apply

    with pytest.raises(ProviderChanged):
        await apply(provider="stripe", provider_event_id="evt_1", provider_ref="pi_1")
