"""A refund is announced when it is requested, and goes one way."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.payments.errors import RefundStatusConflict
from domain.payments.events import RefundRequested
from domain.payments.refund import Refund, RefundStatus
from domain.shared.ids import RefundId
from tests.domain.payments.builders import NOON, a_payment, usd


def a_refund(minor: int = 5000) -> Refund:
    return Refund.request(a_payment(), RefundId(uuid4()), minor, "stock_gone", at=NOON)


def test_a_request_is_announced() -> None:
    payment = a_payment()

    refund = Refund.request(payment, RefundId(uuid4()), 2000, "cancelled", at=NOON)

    assert refund.amount == usd(2000)
    assert refund.take_recorded() == [
        RefundRequested(
            organization_id=payment.organization_id,
            aggregate_id=refund.id,
            at=NOON,
            payment_id=payment.id,
        )
    ]


@pytest.mark.parametrize("end", [RefundStatus.SUCCEEDED, RefundStatus.FAILED])
def test_a_pending_refund_comes_to_an_end(end: RefundStatus) -> None:
    refund = a_refund()
    refund.learn(RefundStatus.PENDING, provider_ref="re_1", at=NOON)

    refund.learn(end, at=NOON + timedelta(days=3))

    assert (refund.status, refund.provider_ref, refund.settled_at) == (
        end,
        "re_1",
        NOON + timedelta(days=3),
    )


def test_a_failed_refund_stays_failed() -> None:
    refund = a_refund()
    refund.learn(RefundStatus.FAILED, failure_code="lost_card", at=NOON)

    with pytest.raises(RefundStatusConflict):
        refund.learn(RefundStatus.SUCCEEDED, at=NOON)

    assert refund.failure_code == "lost_card"
