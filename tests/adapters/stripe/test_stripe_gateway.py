"""What Stripe is asked, and that no trouble charges twice."""

import asyncio

import pytest

from adapters.stripe.gateway import StripeGateway
from domain.payments.errors import GatewayDown, GatewayRefused
from tests.contracts.gateway_contract import a_charge, paid
from tests.stripe_double import Fault, StripeDouble, in_process

UNKNOWN_OUTCOMES = [Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.SERVER_ERROR]


async def test_a_payment_carries_our_ids_and_allows_no_redirects(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge(receipt_email="ada@example.org")

    await gateway.create(charge)

    (request,) = double.requests
    assert request.headers["idempotency-key"] == f"pay_{charge.payment_id}"
    assert request.params == {
        "amount": "4250",
        "currency": "eur",
        "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never",
        "description": "T7K-2M9",
        "metadata[payment_id]": str(charge.payment_id),
        "metadata[organization_id]": str(charge.organization_id),
        "metadata[order]": "T7K-2M9",
        "receipt_email": "ada@example.org",
    }


async def test_creating_twice_opens_one_intent(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge()

    answers = await asyncio.gather(*(gateway.create(charge) for _ in range(10)))

    assert len({answer.provider_ref for answer in answers}) == 1
    assert len(double.intents) == 1


async def test_creating_again_after_success_reports_the_success(gateway: StripeGateway) -> None:
    charge = a_charge()
    await paid(gateway, charge)

    again = await gateway.create(charge)

    assert again.status == "succeeded"


async def test_confirming_twice_charges_once(double: StripeDouble, gateway: StripeGateway) -> None:
    charge = a_charge()
    created = await gateway.create(charge)

    confirming = [
        gateway.confirm(created.provider_ref, "pm_card_visa", charge, 1) for _ in range(10)
    ]
    answers = await asyncio.gather(*confirming)

    assert {answer.status for answer in answers} == {"succeeded"}
    assert double.intents[created.provider_ref].charges == 1


async def test_a_second_try_of_a_paid_payment_answers_that_it_is_paid(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge()
    reference = await paid(gateway, charge)

    confirmed = await gateway.confirm(reference, "pm_card_mastercard", charge, 2)

    assert confirmed.status == "succeeded"
    assert double.intents[reference].charges == 1


async def test_repeating_a_declined_try_answers_what_holds_now(gateway: StripeGateway) -> None:
    charge = a_charge()
    created = await gateway.create(charge)
    await gateway.confirm(created.provider_ref, "pm_card_visa_chargeDeclined", charge, 1)
    await gateway.confirm(created.provider_ref, "pm_card_visa", charge, 2)

    late = await gateway.confirm(created.provider_ref, "pm_card_visa_chargeDeclined", charge, 1)

    assert late.status == "succeeded"


async def test_repeating_a_try_after_its_action_answers_that_it_is_paid(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge()
    created = await gateway.create(charge)
    card = "pm_card_authenticationRequired"
    await gateway.confirm(created.provider_ref, card, charge, 1)
    double.intents[created.provider_ref].charge()

    again = await gateway.confirm(created.provider_ref, card, charge, 1)

    assert again.status == "succeeded"


async def test_one_try_with_two_cards_is_refused(gateway: StripeGateway) -> None:
    charge = a_charge()
    created = await gateway.create(charge)
    await gateway.confirm(created.provider_ref, "pm_card_visa_chargeDeclined", charge, 1)

    with pytest.raises(GatewayRefused) as refused:
        await gateway.confirm(created.provider_ref, "pm_card_visa", charge, 1)

    assert refused.value.facts == {"reason": "idempotency_error"}


@pytest.mark.parametrize("fault", UNKNOWN_OUTCOMES)
async def test_a_short_fault_is_not_noticed(
    double: StripeDouble, gateway: StripeGateway, fault: Fault
) -> None:
    charge = a_charge()
    created = await gateway.create(charge)
    double.fail(fault, path="/confirm", times=2)

    confirmed = await gateway.confirm(created.provider_ref, "pm_card_visa", charge, 1)

    assert confirmed.status == "succeeded"
    assert double.intents[created.provider_ref].charges == 1


@pytest.mark.parametrize("fault", UNKNOWN_OUTCOMES)
async def test_a_lost_answer_is_unknown_and_asking_again_charges_once(
    double: StripeDouble, gateway: StripeGateway, fault: Fault
) -> None:
    charge = a_charge()
    created = await gateway.create(charge)
    double.fail(fault, path="/confirm", times=3)

    with pytest.raises(GatewayDown):
        await gateway.confirm(created.provider_ref, "pm_card_visa", charge, 1)
    again = await gateway.confirm(created.provider_ref, "pm_card_visa", charge, 1)

    assert again.status == "succeeded"
    assert double.intents[created.provider_ref].charges == 1


async def test_a_lost_answer_can_be_looked_up(double: StripeDouble, gateway: StripeGateway) -> None:
    charge = a_charge()
    created = await gateway.create(charge)
    double.fail(Fault.LOST_ANSWER, path="/confirm", times=3)

    with pytest.raises(GatewayDown):
        await gateway.confirm(created.provider_ref, "pm_card_visa", charge, 1)

    assert (await gateway.fetch(created.provider_ref, charge)).status == "succeeded"


async def test_a_lost_creation_opens_one_intent(
    double: StripeDouble, gateway: StripeGateway
) -> None:
    charge = a_charge()
    double.fail(Fault.LOST_ANSWER, path="/payment_intents", times=3)

    with pytest.raises(GatewayDown):
        await gateway.create(charge)
    created = await gateway.create(charge)

    assert list(double.intents) == [created.provider_ref]


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.NONSENSE])
async def test_an_answer_that_is_none_means_down(
    double: StripeDouble, gateway: StripeGateway, fault: Fault
) -> None:
    double.fail(fault)

    with pytest.raises(GatewayDown):
        await gateway.create(a_charge())


async def test_a_hanging_stripe_means_down_within_the_bound(double: StripeDouble) -> None:
    hurried = StripeGateway(double.api_key, [], http_client=in_process(double), call_s_max=0.05)
    double.fail(Fault.HANG)

    with pytest.raises(GatewayDown):
        await hurried.create(a_charge())

    await hurried.close()


async def test_a_wrong_key_means_down(double: StripeDouble) -> None:
    gateway = StripeGateway("sk_test_other", [], http_client=in_process(double))

    with pytest.raises(GatewayDown):
        await gateway.create(a_charge())

    await gateway.close()
