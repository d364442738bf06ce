"""Which messages are believed to come from Stripe, and what they are taken to say."""

import json
import time
from uuid import uuid4

import pytest

from adapters.stripe.gateway import StripeGateway
from domain.payments.errors import InvalidWebhook
from domain.shared.ids import RefundId
from tests.contracts.gateway_contract import a_charge, paid
from tests.stripe_double import StripeDouble, in_process
from tests.stripe_double.webhooks import event_body, signature, signature_header

SECRET = StripeDouble.webhook_secret
BODY = event_body("payment_intent.succeeded", {"object": "payment_intent", "id": "pi_1"})
BAD = "0" * 64


def signed(header: str) -> dict[str, str]:
    """The headers, with `{now}` and `{good}` filled in at the time of the test."""
    now = int(time.time())
    good = signature(BODY, SECRET, now)
    return {"stripe-signature": header.format(now=now, later=now + 1, good=good)}


async def test_a_message_names_the_payment_and_its_ids(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge()
    reference = await paid(gateway, charge)
    body, headers = double.webhook("payment_intent.succeeded", double.intents[reference])

    notice = gateway.verify(body, headers)

    assert notice.kind == "payment_intent.succeeded"
    assert notice.provider_event_id == json.loads(body)["id"]
    assert (notice.provider_ref, notice.live) == (reference, False)
    assert (notice.payment_id, notice.organization_id) == (
        charge.payment_id,
        charge.organization_id,
    )


async def test_a_message_about_a_refund_names_the_payment_behind_it(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge()
    reference = await paid(gateway, charge)
    refund = await gateway.refund(reference, RefundId(uuid4()), 1000, charge)
    body, headers = double.webhook("refund.updated", double.refunds[refund.provider_ref])

    notice = gateway.verify(body, headers)

    assert (notice.provider_ref, notice.payment_id) == (reference, charge.payment_id)


@pytest.mark.parametrize(
    "header",
    [
        "t={now},v1={good}",
        f"t={{now}},v1={BAD},v1={{good}},v0={BAD}",
        "t={now}," + f"v1={BAD}," * 9 + "v1={good}",
    ],
)
def test_one_good_signature_among_several_is_enough(gateway: StripeGateway, header: str) -> None:
    assert gateway.verify(BODY, signed(header)).provider_ref == "pi_1"


def test_the_name_of_the_header_may_be_written_in_any_case(gateway: StripeGateway) -> None:
    headers = {"Stripe-Signature": signature_header(BODY, SECRET)}

    assert gateway.verify(BODY, headers).provider_ref == "pi_1"


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("", id="empty"),
        pytest.param("nonsense", id="nonsense"),
        pytest.param(f"t={{now}},v1={BAD}", id="bad"),
        pytest.param("t={now},v1=é", id="not ASCII"),
        pytest.param("t={now},v1", id="no signature"),
        pytest.param("t={now},v0={good}", id="v0 only"),
        pytest.param("v1={good}", id="no timestamp"),
        pytest.param("t=now,v1={good}", id="timestamp no number"),
        pytest.param("t={now},t={now},v1={good}", id="two timestamps"),
        pytest.param("t={later},v1={good}", id="timestamp not the signed one"),
        pytest.param("t={now}," + ",".join([f"v1={BAD}"] * 10), id="ten bad ones"),
    ],
)
def test_any_other_signature_is_refused(gateway: StripeGateway, header: str) -> None:
    with pytest.raises(InvalidWebhook):
        gateway.verify(BODY, signed(header))


@pytest.mark.parametrize("offset_s", [-360, 120])
def test_a_good_signature_of_another_time_is_refused(gateway: StripeGateway, offset_s: int) -> None:
    header = signature_header(BODY, SECRET, at=int(time.time()) + offset_s)

    with pytest.raises(InvalidWebhook):
        gateway.verify(BODY, signed(header))


@pytest.mark.parametrize("offset_s", [-240, 30])
def test_clocks_may_differ_a_little(gateway: StripeGateway, offset_s: int) -> None:
    header = signature_header(BODY, SECRET, at=int(time.time()) + offset_s)

    assert gateway.verify(BODY, signed(header)).provider_ref == "pi_1"


def test_another_secret_is_refused(gateway: StripeGateway) -> None:
    with pytest.raises(InvalidWebhook):
        gateway.verify(BODY, signed(signature_header(BODY, "whsec_other")))


def test_a_missing_header_is_refused(gateway: StripeGateway) -> None:
    with pytest.raises(InvalidWebhook):
        gateway.verify(BODY, {"content-type": "application/json"})


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(json.loads(BODY)).encode(),
        BODY + b"\n",
        BODY.replace(b"pi_1", b"pi_2"),
        b"\xff" + BODY,
    ],
)
def test_a_body_that_is_not_the_signed_bytes_is_refused(
    gateway: StripeGateway, body: bytes
) -> None:
    with pytest.raises(InvalidWebhook):
        gateway.verify(body, signed("t={now},v1={good}"))


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"not json", b'{"id": "evt_1"}'])
def test_a_signed_body_that_is_no_event_is_refused(gateway: StripeGateway, body: bytes) -> None:
    with pytest.raises(InvalidWebhook):
        gateway.verify(body, signed(signature_header(body, SECRET)))


async def test_secrets_rotate_with_both_good_for_a_while() -> None:
    old = signed(signature_header(BODY, "whsec_old"))
    new = signed(signature_header(BODY, "whsec_new"))

    during = StripeGateway("sk_test_1", ["whsec_new", "whsec_old"])
    after = StripeGateway("sk_test_1", ["whsec_new"])

    assert during.verify(BODY, old) == during.verify(BODY, new) == after.verify(BODY, new)
    with pytest.raises(InvalidWebhook):
        after.verify(BODY, old)
    await during.close()
    await after.close()


@pytest.mark.parametrize("secrets", [[], [""]])
async def test_without_a_secret_nothing_is_believed(secrets: list[str]) -> None:
    gateway = StripeGateway("sk_test_1", secrets)

    with pytest.raises(InvalidWebhook):
        gateway.verify(BODY, signed(signature_header(BODY, "")))

    await gateway.close()


@pytest.mark.parametrize(
    ("api_key", "is_live"),
    [("sk_live_1", True), ("rk_live_1", True), ("sk_test_1", False), ("rk_test_1", False)],
)
async def test_only_messages_of_our_own_mode_are_believed(api_key: str, is_live: bool) -> None:
    gateway = StripeGateway(api_key, [SECRET], http_client=in_process(StripeDouble(api_key)))
    subject = {"object": "payment_intent", "id": "pi_1"}
    ours = event_body("payment_intent.succeeded", subject, is_live=is_live)
    other = event_body("payment_intent.succeeded", subject, is_live=not is_live)

    assert gateway.verify(ours, signed(signature_header(ours, SECRET))).live is is_live
    with pytest.raises(InvalidWebhook):
        gateway.verify(other, signed(signature_header(other, SECRET)))
    await gateway.close()


def test_a_connected_account_cannot_speak_of_our_payments(gateway: StripeGateway) -> None:
    subject = {"object": "payment_intent", "id": "pi_1", "metadata": {"payment_id": str(uuid4())}}
    body = event_body("payment_intent.succeeded", subject, account="acct_other")

    notice = gateway.verify(body, signed(signature_header(body, SECRET)))

    assert (notice.provider_ref, notice.payment_id, notice.organization_id) == (None, None, None)


@pytest.mark.parametrize(
    "subject",
    [
        {"object": "balance", "available": []},
        {"object": "charge", "id": "ch_1", "payment_intent": None, "metadata": None},
        {"object": "charge", "id": "ch_1", "payment_intent": {"id": "pi_1"}, "metadata": {}},
        {"object": "thing_of_next_year", "id": "x_1", "padding": "x" * 1_000_000},
    ],
)
def test_a_message_about_anything_else_is_taken_without_a_payment(
    gateway: StripeGateway, subject: dict[str, object]
) -> None:
    body = event_body("thing.happened", subject)

    notice = gateway.verify(body, signed(signature_header(body, SECRET)))

    assert (notice.kind, notice.provider_ref, notice.payment_id) == ("thing.happened", None, None)
