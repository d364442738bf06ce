"""Payments and orders share a commit on the money path: each in the words of the other."""

from datetime import datetime

from domain.payments.payment import Payment, PaymentStatus
from domain.sales.order import Order
from domain.sales.payment_attempt import Outcome, PaymentAttempt, PaymentState
from domain.sales.settlement import PaymentFacts, Settlement


def facts_of(payment: Payment) -> PaymentFacts:
    return PaymentFacts(
        id=payment.id,
        organization_id=payment.organization_id,
        order_id=payment.order_id,
        state=PaymentState(payment.status.value),
        amount=payment.amount,
        client_secret=payment.client_secret,
    )


def learn(payment: Payment, settlement: Settlement, at: datetime) -> bool:
    """Whether the processor's answer changed anything."""
    return _learn(payment, settlement.outcome, settlement.review_flag, at)


def begun_with(order: Order, attempt: PaymentAttempt) -> Payment:
    """The payment that came with the order, and whatever a local till said of it already."""
    payment = Payment(
        organization_id=order.organization_id,
        id=attempt.payment_id,
        order_id=order.id,
        payer_id=order.buyer.id,
        attempt=1,
        provider=attempt.provider,
        amount=order.total,
        created_at=order.placed_at,
        updated_at=order.placed_at,
    )
    outcome = attempt.outcome
    if outcome is not None:
        assert outcome.provider_ref is not None, "A till that answers has a name for it."
        payment.open_at_processor(outcome.provider_ref, outcome.client_secret, at=order.placed_at)
        payment.start_try(at=order.placed_at)
        pays = outcome.state is not PaymentState.SUCCEEDED or attempt.pays(order.total)
        _learn(payment, outcome, None if pays else "amount_mismatch", order.placed_at)
    return payment


def _learn(payment: Payment, outcome: Outcome, review_flag: str | None, at: datetime) -> bool:
    return payment.learn(
        PaymentStatus(outcome.state.value),
        at=at,
        received=outcome.received,
        provider_ref=outcome.provider_ref,
        client_secret=outcome.client_secret,
        failure_code=outcome.failure_code,
        review_flag=review_flag,
    )
