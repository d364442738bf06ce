"""What the answers of Stripe mean to us: statuses, amounts, ids."""

from uuid import uuid4

import msgspec
import pytest

from adapters.stripe.gateway import StripeGateway
from domain.shared.ids import RefundId
from domain.shared.money import InvalidAmount
from tests.contracts.gateway_contract import a_charge, paid
from tests.stripe_double import StripeDouble


@pytest.mark.parametrize("offset", [-1, 1])
async def test_the_amount_reported_is_the_one_stripe_holds(
    double: StripeDouble, gateway: StripeGateway, offset: int
) -> None:
    charge = a_charge(amount_minor=4250)
    double.amount_offset = offset

    created = await gateway.create(charge)
    confirmed = await gateway.confirm(created.provider_ref, "pm_card_visa", charge, 1)

    assert created.amount_minor == 4250 + offset
    assert confirmed.amount_minor == 4250 + offset


async def test_of_a_paid_payment_the_amount_received_is_reported(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge(amount_minor=4250)
    reference = await paid(gateway, charge)
    double.intents[reference].amount_received = 4000

    assert (await gateway.fetch(reference, charge)).amount_minor == 4000


async def test_ids_reported_are_the_ones_stripe_remembers(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge()
    created = await gateway.create(charge)
    double.intents[created.provider_ref].metadata = {"payment_id": "somebody else's"}

    fetched = await gateway.fetch(created.provider_ref, charge)

    assert (fetched.payment_id, fetched.organization_id) == (None, None)


@pytest.mark.parametrize(
    ("currency", "amount_minor", "stripe_amount"),
    [
        ("JPY", 500, 500),
        ("ISK", 500, 50_000),
        ("UGX", 7, 700),
        ("MGA", 500, 5),
        ("KWD", 5120, 5120),
    ],
)
async def test_each_currency_is_counted_as_stripe_counts_it(
    double: StripeDouble,
    gateway: StripeGateway,
    currency: str,
    amount_minor: int,
    stripe_amount: int,
) -> None:
    charge = a_charge(amount_minor=amount_minor, currency=currency)

    reference = await paid(gateway, charge)
    fetched = await gateway.fetch(reference, charge)
    refund = await gateway.refund(reference, RefundId(uuid4()), amount_minor, charge)

    assert double.intents[reference].amount == stripe_amount
    assert (fetched.amount_minor, fetched.currency) == (amount_minor, currency)
    assert double.refunds[refund.provider_ref].amount == stripe_amount


@pytest.mark.parametrize(("currency", "amount_minor"), [("KWD", 5124), ("MGA", 550)])
async def test_an_amount_too_fine_for_stripe_is_refused_before_asking(
    double: StripeDouble, gateway: StripeGateway, currency: str, amount_minor: int
) -> None:
    with pytest.raises(InvalidAmount):
        await gateway.create(a_charge(amount_minor=amount_minor, currency=currency))

    assert double.requests == []


@pytest.mark.parametrize(
    ("stripe_status", "status"),
    [
        ("requires_payment_method", "created"),
        ("requires_confirmation", "created"),
        ("requires_action", "requires_action"),
        ("requires_capture", "processing"),
        ("processing", "processing"),
        ("canceled", "cancelled"),
        ("a_status_of_next_year", "processing"),
    ],
)
async def test_each_status_of_stripe_has_a_meaning(
    double: StripeDouble, gateway: StripeGateway, stripe_status: str, status: str
) -> None:
    charge = a_charge()
    created = await gateway.create(charge)
    double.intents[created.provider_ref].status = stripe_status

    fetched = await gateway.fetch(created.provider_ref, charge)

    assert fetched == msgspec.structs.replace(created, status=status)


async def test_cancelling_a_paid_payment_answers_that_it_is_paid(gateway: StripeGateway) -> None:
    charge = a_charge()
    reference = await paid(gateway, charge)

    assert (await gateway.cancel(reference, charge)).status == "succeeded"


async def test_cancelling_twice_is_cancelling_once(gateway: StripeGateway) -> None:
    charge = a_charge()
    created = await gateway.create(charge)

    await gateway.cancel(created.provider_ref, charge)

    assert (await gateway.cancel(created.provider_ref, charge)).status == "cancelled"


async def test_a_declined_payment_can_be_cancelled(gateway: StripeGateway) -> None:
    charge = a_charge()
    created = await gateway.create(charge)
    await gateway.confirm(created.provider_ref, "pm_card_visa_chargeDeclined", charge, 1)

    cancelled = await gateway.cancel(created.provider_ref, charge)

    assert (cancelled.status, cancelled.failure_code) == ("cancelled", None)
