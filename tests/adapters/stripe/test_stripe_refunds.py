"""Refunds through Stripe: once, never beyond what was paid, and as they stand now."""

from uuid import uuid4

import pytest

from adapters.stripe.gateway import StripeGateway
from domain.payments.errors import GatewayDown, GatewayRefused
from domain.shared.ids import RefundId
from tests.contracts.gateway_contract import a_charge, paid
from tests.stripe_double import Fault, StripeDouble


async def test_a_lost_refund_answer_and_another_asking_return_the_money_once(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge()
    reference = await paid(gateway, charge)
    refund_id = RefundId(uuid4())
    double.fail(Fault.LOST_ANSWER, path="/refunds", times=3)

    with pytest.raises(GatewayDown):
        await gateway.refund(reference, refund_id, 1000, charge)
    refund = await gateway.refund(reference, refund_id, 1000, charge)

    assert list(double.refunds) == [refund.provider_ref]
    assert double.intents[reference].amount_refunded == 1000
    assert double.refunds[refund.provider_ref].metadata["refund_id"] == str(refund_id)


async def test_partial_refunds_stop_at_what_was_paid(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge(amount_minor=4250)
    reference = await paid(gateway, charge)
    await gateway.refund(reference, RefundId(uuid4()), 4000, charge)

    with pytest.raises(GatewayRefused) as too_much:
        await gateway.refund(reference, RefundId(uuid4()), 251, charge)
    await gateway.refund(reference, RefundId(uuid4()), 250, charge)
    with pytest.raises(GatewayRefused) as nothing_left:
        await gateway.refund(reference, RefundId(uuid4()), 1, charge)

    assert too_much.value.facts == {"reason": "amount"}
    assert nothing_left.value.facts == {"reason": "charge_already_refunded"}
    assert double.intents[reference].amount_refunded == 4250


async def test_an_unpaid_payment_is_not_refunded(gateway: StripeGateway) -> None:
    charge = a_charge()
    created = await gateway.create(charge)

    with pytest.raises(GatewayRefused):
        await gateway.refund(created.provider_ref, RefundId(uuid4()), 100, charge)


async def test_a_pending_refund_that_fails_later_is_seen_by_asking_again(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge()
    created = await gateway.create(charge)
    await gateway.confirm(created.provider_ref, "pm_card_pendingRefund", charge, 1)
    refund_id = RefundId(uuid4())

    pending = await gateway.refund(created.provider_ref, refund_id, 1000, charge)
    double.refunds[pending.provider_ref].status = "failed"
    double.refunds[pending.provider_ref].failure_reason = "expired_or_canceled_card"
    failed = await gateway.refund(created.provider_ref, refund_id, 1000, charge)

    assert pending.status == "pending"
    assert (failed.status, failed.failure_code) == ("failed", "expired_or_canceled_card")
    assert failed.provider_ref == pending.provider_ref
