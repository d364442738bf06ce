"""A payment lives by its table: money that came stays, and each try is counted."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.payments.errors import PaymentStatusConflict
from domain.payments.payment import IN_FLIGHT, Payment, PaymentStatus
from domain.shared.money import Money
from tests.domain.payments.builders import NOON, a_payment, usd

SECOND = timedelta(seconds=1)


def in_status(status: PaymentStatus) -> Payment:
    return a_payment(status=status)


@pytest.mark.parametrize("status", ["created", "requires_action", "failed"])
def test_an_open_payment_can_be_tried(status: str) -> None:
    payment = in_status(PaymentStatus(status))

    payment.start_try(at=NOON)

    assert (payment.status, payment.tries) == (PaymentStatus.PROCESSING, 1)


@pytest.mark.parametrize("status", ["processing", "succeeded", "cancelled"])
def test_what_is_under_way_or_over_cannot_be_tried(status: str) -> None:
    payment = in_status(PaymentStatus(status))

    with pytest.raises(PaymentStatusConflict):
        payment.start_try(at=NOON)

    assert payment.tries == 0


def test_what_the_processor_does_not_know_cannot_be_tried() -> None:
    payment = a_payment(provider_ref=None)

    with pytest.raises(PaymentStatusConflict):
        payment.start_try(at=NOON)


@pytest.mark.parametrize("status", [s for s in PaymentStatus if s is not PaymentStatus.SUCCEEDED])
def test_money_is_believed_after_anything(status: PaymentStatus) -> None:
    payment = in_status(status)

    assert payment.learn(PaymentStatus.SUCCEEDED, received=usd(5000), at=NOON)
    assert (payment.received_minor, payment.settled_at) == (5000, NOON)


@pytest.mark.parametrize("status", list(PaymentStatus))
def test_nothing_follows_money(status: PaymentStatus) -> None:
    payment = a_payment(status=PaymentStatus.SUCCEEDED, received_minor=5000)

    assert not payment.learn(status, received=usd(0), failure_code="late", at=NOON)
    assert (payment.status, payment.received_minor) == (PaymentStatus.SUCCEEDED, 5000)
    assert payment.failure_code is None


def test_a_sum_in_another_currency_is_not_counted_in_ours() -> None:
    payment = a_payment()

    payment.learn(
        PaymentStatus.SUCCEEDED, received=Money(5000, "JPY"), review_flag="mismatch", at=NOON
    )

    assert (payment.received_minor, payment.review_flag) == (0, "mismatch")


def test_news_without_a_reference_leaves_the_known_one() -> None:
    payment = a_payment(provider_ref="pi_1")

    payment.learn(PaymentStatus.FAILED, failure_code="card_declined", at=NOON)

    assert (payment.provider_ref, payment.failure_code) == ("pi_1", "card_declined")


def test_a_try_that_was_not_taken_can_be_repeated() -> None:
    payment = a_payment()
    payment.start_try(at=NOON)

    payment.put_back(at=NOON)

    payment.start_try(at=NOON)
    assert payment.tries == 2


def test_a_try_is_in_flight_for_a_minute() -> None:
    payment = a_payment()

    payment.start_try(at=NOON)

    assert payment.is_in_flight(NOON + IN_FLIGHT - SECOND)
    assert not payment.is_in_flight(NOON + IN_FLIGHT)


def test_money_that_came_is_not_given_up() -> None:
    payment = in_status(PaymentStatus.SUCCEEDED)

    with pytest.raises(PaymentStatusConflict):
        payment.give_up("not_opened", at=NOON)


class PaymentLife(RuleBasedStateMachine):
    """Buyers try, processors speak in any order, and money is never lost from sight."""

    def __init__(self) -> None:
        super().__init__()
        self.payment = a_payment()
        self.tries = 0
        self.has_money = False

    @rule()
    def buyer_tries(self) -> None:
        try:
            self.payment.start_try(at=NOON)
        except PaymentStatusConflict:
            assert not self.payment.is_open or self.payment.status is PaymentStatus.PROCESSING
        else:
            self.tries += 1

    @rule()
    def processor_does_not_take_it(self) -> None:
        self.payment.put_back(at=NOON)

    @rule(status=st.sampled_from(PaymentStatus))
    def processor_says(self, status: PaymentStatus) -> None:
        before = self.payment.status

        changed = self.payment.learn(status, received=usd(5000), at=NOON)

        assert changed == (self.payment.status is not before)
        self.has_money |= status is PaymentStatus.SUCCEEDED

    @invariant()
    def money_stays(self) -> None:
        assert self.has_money == (self.payment.status is PaymentStatus.SUCCEEDED)
        assert self.payment.received_minor == (5000 if self.has_money else 0)

    @invariant()
    def every_try_has_its_number(self) -> None:
        assert self.payment.tries == self.tries

    @invariant()
    def what_is_over_is_dated(self) -> None:
        over = self.payment.status in (PaymentStatus.SUCCEEDED, PaymentStatus.CANCELLED)
        assert over == (self.payment.settled_at is not None)


TestPaymentLife = PaymentLife.TestCase
