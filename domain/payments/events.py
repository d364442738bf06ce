"""What happens to money."""

from dataclasses import dataclass

from domain.shared.aggregate import DomainEvent
from domain.shared.ids import PaymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequested(DomainEvent):
    """Money is to be returned; the aggregate is the refund."""

    payment_id: PaymentId
