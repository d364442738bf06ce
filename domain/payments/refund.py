"""A refund: money that goes back, recorded before the card processor is asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from domain.payments.errors import RefundStatusConflict
from domain.payments.events import RefundRequested
from domain.payments.payment import Payment
from domain.shared.aggregate import Aggregate
from domain.shared.ids import OrderId, OrganizationId, PaymentId, RefundId
from domain.shared.money import Money
from domain.shared.words import Word


class RefundStatus(Word):
    """Where the money is on its way back."""

    REQUESTED = "requested"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


_NEXT = {
    RefundStatus.REQUESTED: {RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED},
    RefundStatus.PENDING: {RefundStatus.SUCCEEDED, RefundStatus.FAILED},
    # A bank may send a refund back that the processor already called done.
    RefundStatus.SUCCEEDED: {RefundStatus.FAILED},
    RefundStatus.FAILED: set[RefundStatus](),
}


@dataclass(slots=True, kw_only=True)
class Refund(Aggregate):
    """A sum above zero of one payment. Its id is the key under which the processor does it once."""

    organization_id: OrganizationId
    id: RefundId
    payment_id: PaymentId
    order_id: OrderId
    amount: Money
    reason: str
    requested_at: datetime
    status: RefundStatus = RefundStatus.REQUESTED
    provider_ref: str | None = None
    failure_code: str | None = None
    settled_at: datetime | None = None

    @classmethod
    def request(
        cls, payment: Payment, refund_id: RefundId, minor: int, reason: str, *, at: datetime
    ) -> Self:
        """So much of what the payment brought is to go back."""
        refund = cls(
            organization_id=payment.organization_id,
            id=refund_id,
            payment_id=payment.id,
            order_id=payment.order_id,
            amount=Money(minor, payment.amount.currency),
            reason=reason,
            requested_at=at,
        )
        refund.record(
            RefundRequested(
                organization_id=refund.organization_id,
                aggregate_id=refund.id,
                at=at,
                payment_id=refund.payment_id,
            )
        )
        return refund

    def learn(
        self,
        status: RefundStatus,
        *,
        at: datetime,
        provider_ref: str | None = None,
        failure_code: str | None = None,
    ) -> None:
        """What the processor says of it. Raises RefundStatusConflict."""
        if status not in _NEXT[self.status]:
            raise RefundStatusConflict(refund_id=self.id, current=self.status.value)
        self.status, self.failure_code = status, failure_code
        self.provider_ref = provider_ref or self.provider_ref
        if status is not RefundStatus.PENDING:
            self.settled_at = at
