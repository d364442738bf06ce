"""A message is verified, remembered once, and looked into later."""

import json

import pytest

from domain.payments.errors import InvalidWebhook
from tests.application.payments.scene import TillScene
from tests.stripe_double import StripeDouble
from tests.stripe_double.webhooks import event_body, signature_header


async def test_a_message_is_remembered_with_its_job(scene: TillScene, double: StripeDouble) -> None:
    payment_id = await scene.open()
    [intent] = double.intents.values()
    body, headers = double.webhook("payment_intent.succeeded", intent)

    await scene.receive(body, headers)

    event_id = json.loads(body)["id"]
    [notice] = scene.memory.table("provider_events").rows()
    assert (notice.provider, notice.provider_event_id) == ("stripe", event_id)
    assert notice.processed_at is None
    [(job, arguments)] = scene.memory.jobs
    assert job == "payments.apply_gateway_notice"
    assert arguments["provider_ref"] == intent.id
    assert arguments["payment_id"] == str(payment_id)


async def test_a_repeat_is_met_with_silence(scene: TillScene, double: StripeDouble) -> None:
    await scene.open()
    [intent] = double.intents.values()
    message = double.webhook("payment_intent.succeeded", intent)

    for _ in range(3):
        await scene.receive(*message)

    assert len(scene.memory.jobs) == 1


async def test_a_message_about_nothing_of_ours_is_done_with(scene: TillScene) -> None:
    body = event_body("customer.created", {"object": "customer", "id": "cus_1", "new": {"x": 1}})

    await scene.receive(body, {"stripe-signature": signature_header(body, "whsec_double")})

    [notice] = scene.memory.table("provider_events").rows()
    assert notice.processed_at is not None
    assert not scene.memory.jobs


async def test_a_forged_message_leaves_no_trace(scene: TillScene, double: StripeDouble) -> None:
    await scene.open()
    [intent] = double.intents.values()
    body, headers = double.webhook("payment_intent.succeeded", intent, secret="whsec_other")

    with pytest.raises(InvalidWebhook):
        await scene.receive(body, headers)

    assert not list(scene.memory.table("provider_events").rows())
