"""What every card processor promises. A suite gives it a `gateway` fixture with no payments yet."""

from uuid import uuid4

import pytest

from application.payments.gateway import ChargeRequest, PaymentGateway
from domain.payments.errors import (
    GatewayRefused,
    InvalidWebhook,
    PaymentNotFound,
    UnknownPaymentMethod,
)
from domain.shared.ids import OrganizationId, PaymentId, RefundId


def a_charge(
    amount_minor: int = 4250, currency: str = "EUR", receipt_email: str | None = None
) -> ChargeRequest:
    return ChargeRequest(
        payment_id=PaymentId(uuid4()),
        organization_id=OrganizationId(uuid4()),
        amount_minor=amount_minor,
        currency=currency,
        reference="T7K-2M9",
        receipt_email=receipt_email,
    )


async def paid(gateway: PaymentGateway, charge: ChargeRequest) -> str:
    """The reference of a payment that has succeeded."""
    created = await gateway.create(charge)
    confirmed = await gateway.confirm(created.provider_ref, "pm_card_visa", charge, 1)
    assert confirmed.status == "succeeded"
    return created.provider_ref


class GatewayContract:
    async def test_a_new_payment_waits_for_a_payment_method(self, gateway: PaymentGateway) -> None:
        charge = a_charge()

        created = await gateway.create(charge)

        assert created.status == "created"
        assert created.client_secret
        assert (created.amount_minor, created.currency) == (4250, "EUR")
        assert (created.payment_id, created.organization_id) == (
            charge.payment_id,
            charge.organization_id,
        )

    async def test_the_same_payment_twice_is_one_payment(self, gateway: PaymentGateway) -> None:
        charge = a_charge()

        first = await gateway.create(charge)
        second = await gateway.create(charge)

        assert first == second

    async def test_two_payments_are_two(self, gateway: PaymentGateway) -> None:
        first = await gateway.create(a_charge())
        second = await gateway.create(a_charge())

        assert first.provider_ref != second.provider_ref

    @pytest.mark.parametrize("card", ["pm_card_visa", "pm_card_mastercard", "pm_card_amex"])
    async def test_a_good_card_pays_the_asked_amount(
        self, gateway: PaymentGateway, card: str
    ) -> None:
        charge = a_charge(amount_minor=1999, currency="GBP")
        created = await gateway.create(charge)

        confirmed = await gateway.confirm(created.provider_ref, card, charge, 1)

        assert confirmed.status == "succeeded"
        assert (confirmed.amount_minor, confirmed.currency) == (1999, "GBP")
        assert confirmed.provider_ref == created.provider_ref
        assert confirmed.payment_id == charge.payment_id
        assert confirmed.failure_code is None

    @pytest.mark.parametrize(
        ("card", "failure_code"),
        [
            ("pm_card_visa_chargeDeclined", "card_declined"),
            ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ],
    )
    async def test_a_decline_is_an_answer(
        self, gateway: PaymentGateway, card: str, failure_code: str
    ) -> None:
        charge = a_charge()
        created = await gateway.create(charge)

        confirmed = await gateway.confirm(created.provider_ref, card, charge, 1)

        assert (confirmed.status, confirmed.failure_code) == ("failed", failure_code)

    async def test_another_card_may_pay_after_a_decline(self, gateway: PaymentGateway) -> None:
        charge = a_charge()
        created = await gateway.create(charge)
        await gateway.confirm(created.provider_ref, "pm_card_visa_chargeDeclined", charge, 1)

        confirmed = await gateway.confirm(created.provider_ref, "pm_card_visa", charge, 2)

        assert (confirmed.status, confirmed.failure_code) == ("succeeded", None)

    async def test_a_card_may_ask_for_action(self, gateway: PaymentGateway) -> None:
        charge = a_charge()
        created = await gateway.create(charge)

        confirmed = await gateway.confirm(
            created.provider_ref, "pm_card_authenticationRequired", charge, 1
        )

        assert confirmed.status == "requires_action"
        assert confirmed.client_secret == created.client_secret

    async def test_another_card_may_pay_instead_of_the_action(
        self, gateway: PaymentGateway
    ) -> None:
        charge = a_charge()
        created = await gateway.create(charge)
        await gateway.confirm(created.provider_ref, "pm_card_authenticationRequired", charge, 1)

        confirmed = await gateway.confirm(created.provider_ref, "pm_card_visa", charge, 2)

        assert confirmed.status == "succeeded"

    async def test_an_unknown_payment_method_is_refused(self, gateway: PaymentGateway) -> None:
        charge = a_charge()
        created = await gateway.create(charge)

        with pytest.raises(UnknownPaymentMethod):
            await gateway.confirm(created.provider_ref, "pm_card_play_money", charge, 1)

    async def test_an_unknown_payment_is_refused(self, gateway: PaymentGateway) -> None:
        charge = a_charge()

        for asking in (
            gateway.confirm("no_such_payment", "pm_card_visa", charge, 1),
            gateway.fetch("no_such_payment", charge),
            gateway.cancel("no_such_payment", charge),
            gateway.refund("no_such_payment", RefundId(uuid4()), 100, charge),
        ):
            with pytest.raises(PaymentNotFound):
                await asking

    async def test_a_payment_nobody_confirmed_is_still_open(self, gateway: PaymentGateway) -> None:
        charge = a_charge()
        created = await gateway.create(charge)

        assert await gateway.fetch(created.provider_ref, charge) == created

    async def test_an_unpaid_payment_can_be_cancelled(self, gateway: PaymentGateway) -> None:
        charge = a_charge()
        created = await gateway.create(charge)

        cancelled = await gateway.cancel(created.provider_ref, charge)

        assert cancelled.status == "cancelled"

    async def test_a_refund_returns_money(self, gateway: PaymentGateway) -> None:
        charge = a_charge()
        reference = await paid(gateway, charge)

        refund = await gateway.refund(reference, RefundId(uuid4()), 4250, charge)

        assert (refund.status, refund.failure_code) == ("succeeded", None)

    async def test_the_same_refund_twice_is_one_refund(self, gateway: PaymentGateway) -> None:
        charge = a_charge()
        reference = await paid(gateway, charge)
        refund_id = RefundId(uuid4())

        first = await gateway.refund(reference, refund_id, 4000, charge)
        second = await gateway.refund(reference, refund_id, 4000, charge)

        assert first == second

    async def test_more_than_was_paid_is_not_refunded(self, gateway: PaymentGateway) -> None:
        charge = a_charge()
        reference = await paid(gateway, charge)

        with pytest.raises(GatewayRefused):
            await gateway.refund(reference, RefundId(uuid4()), 4251, charge)

    def test_an_unsigned_message_is_refused(self, gateway: PaymentGateway) -> None:
        with pytest.raises(InvalidWebhook):
            gateway.verify(b'{"id": "evt_1", "type": "payment_intent.succeeded"}', {})
