"""The till asks for money once per try, and remembers that it asked before it asks."""

from datetime import timedelta

import pytest

from application.payments.charge_payments import Answer, ChargePayment
from application.payments.ports import Collected
from application.shared.transaction import SessionEnded
from domain.payments.errors import (
    GatewayDown,
    OrderNotPayable,
    PaymentNotFound,
    PaymentStatusConflict,
    ProviderChanged,
    UnknownPaymentMethod,
)
from domain.payments.payment import IN_FLIGHT, PaymentStatus
from domain.shared.ids import PaymentId
from tests.application.payments.scene import TillScene
from tests.conftest import VirtualClock
from tests.stripe_double import Fault, StripeDouble

ATTEMPTS = 3


def said(answer: Answer) -> tuple[str, str | None]:
    assert isinstance(answer, Collected)
    return answer.answer.status, answer.answer.failure_code


async def test_a_good_card_pays(scene: TillScene, double: StripeDouble) -> None:
    payment_id = await scene.open()

    answer = await scene.pay(payment_id)

    assert said(answer) == ("succeeded", None)
    assert [intent.charges for intent in double.intents.values()] == [1]


async def test_the_try_is_on_record_before_the_processor_is_asked(scene: TillScene) -> None:
    payment_id = await scene.open()

    await scene.pay(payment_id)

    payment = scene.payment(payment_id)
    assert (payment.status, payment.tries) == (PaymentStatus.PROCESSING, 1)


async def test_a_decline_is_an_answer(scene: TillScene) -> None:
    payment_id = await scene.open()

    answer = await scene.pay(payment_id, "pm_card_visa_chargeDeclined")

    assert said(answer) == ("failed", "card_declined")


async def test_another_card_pays_after_a_decline(scene: TillScene) -> None:
    payment_id = await scene.open()
    await scene.confirm(payment_id, "pm_card_visa_chargeDeclined")

    answer = await scene.pay(payment_id)

    assert said(answer) == ("succeeded", None)
    assert scene.payment(payment_id).tries == 2


async def test_others_cannot_pay_it(scene: TillScene) -> None:
    payment_id = await scene.open()

    answer = await scene.pay(payment_id, actor=scene.stranger())

    assert isinstance(answer, PaymentNotFound)


async def test_an_ended_session_pays_nothing(scene: TillScene, double: StripeDouble) -> None:
    payment_id = await scene.open()
    scene.memory.table("sessions").remove(scene.buyer.session_id)

    assert isinstance(await scene.pay(payment_id), SessionEnded)
    assert scene.state(payment_id) is PaymentStatus.CREATED


async def test_an_expired_order_is_not_charged(
    scene: TillScene, double: StripeDouble, clock: VirtualClock
) -> None:
    payment_id = await scene.open()
    clock.advance(timedelta(minutes=15))

    assert isinstance(await scene.pay(payment_id), OrderNotPayable)
    assert [intent.charges for intent in double.intents.values()] == [0]


async def test_a_payment_of_another_processor_is_refused(scene: TillScene) -> None:
    payment_id = await scene.open()
    scene.change(payment_id, provider="simulated")

    assert isinstance(await scene.pay(payment_id), ProviderChanged)


async def test_a_payment_that_the_processor_does_not_know_is_refused(scene: TillScene) -> None:
    payment_id = await scene.open()
    scene.change(payment_id, provider_ref=None)

    assert isinstance(await scene.pay(payment_id), PaymentStatusConflict)


async def test_an_unknown_method_leaves_the_payment_open(scene: TillScene) -> None:
    payment_id = await scene.open()

    assert isinstance(await scene.pay(payment_id, "pm_card_play_money"), UnknownPaymentMethod)

    assert scene.state(payment_id) is PaymentStatus.CREATED
    assert said(await scene.pay(payment_id)) == ("succeeded", None)


async def test_an_outage_leaves_the_payment_in_flight(
    scene: TillScene, double: StripeDouble
) -> None:
    payment_id = await scene.open()
    double.fail(Fault.SERVER_ERROR, path="/confirm", times=ATTEMPTS)

    assert isinstance(await scene.pay(payment_id), GatewayDown)

    assert scene.state(payment_id) is PaymentStatus.PROCESSING


async def test_a_lost_answer_is_looked_up_and_not_asked_for_again(
    scene: TillScene, double: StripeDouble
) -> None:
    payment_id = await scene.open()
    double.fail(Fault.LOST_ANSWER, path="/confirm", times=ATTEMPTS)
    await scene.pay(payment_id)

    answer = await scene.pay(payment_id, "pm_card_mastercard")

    assert said(answer) == ("succeeded", None)
    assert [intent.charges for intent in double.intents.values()] == [1]


async def test_what_may_be_under_way_is_not_tried_again(
    scene: TillScene, double: StripeDouble, clock: VirtualClock
) -> None:
    payment_id = await scene.open()
    double.fail(Fault.LOST_REQUEST, path="/confirm", times=ATTEMPTS)
    await scene.pay(payment_id)

    assert said(await scene.pay(payment_id)) == ("processing", None)
    clock.advance(IN_FLIGHT)
    assert said(await scene.pay(payment_id)) == ("created", None)


async def test_what_is_paid_is_answered_again(scene: TillScene, double: StripeDouble) -> None:
    payment_id = await scene.open()
    await scene.confirm(payment_id)
    asked = len(double.requests)

    answer = await scene.pay(payment_id)

    assert said(answer) == ("succeeded", None)
    assert len(double.requests) == asked


async def test_one_payment_twice_in_a_batch_is_charged_once(
    scene: TillScene, double: StripeDouble
) -> None:
    payment_id = await scene.open()
    command = ChargePayment(scene.buyer, payment_id, "pm_card_visa")

    first, second = await scene.charge([command, command])

    assert said(first) == ("succeeded", None)
    assert isinstance(second, PaymentStatusConflict)
    assert [intent.charges for intent in double.intents.values()] == [1]


async def test_a_refusal_concerns_its_own_payment_alone(scene: TillScene) -> None:
    ids = [await scene.open() for _ in range(3)]
    methods = ["pm_card_visa", "pm_card_play_money", "pm_card_visa"]

    answers = await scene.charge(
        [ChargePayment(scene.buyer, i, m) for i, m in zip(ids, methods, strict=True)]
        + [ChargePayment(scene.buyer, PaymentId(scene.ids.new()), "pm_card_visa")]
    )

    assert [type(answer) for answer in answers] == [
        Collected,
        UnknownPaymentMethod,
        Collected,
        PaymentNotFound,
    ]


async def test_nobody_asks_for_nothing(scene: TillScene) -> None:
    assert await scene.charge([]) == []


@pytest.mark.parametrize(
    ("method", "status"),
    [("pm_card_visa", "succeeded"), ("pm_card_authenticationRequired", "requires_action")],
)
async def test_a_local_processor_leaves_the_record_to_sales(
    local: TillScene, method: str, status: str
) -> None:
    payment_id = await local.open()

    answer = await local.pay(payment_id, method)

    assert said(answer) == (status, None)
    assert (local.state(payment_id), local.payment(payment_id).version) == ("created", 1)
