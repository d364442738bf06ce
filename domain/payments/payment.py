"""A payment: one attempt to collect an order's total, and what the card processor said of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.payments.errors import PaymentStatusConflict
from domain.shared.aggregate import Aggregate
from domain.shared.ids import OrderId, OrganizationId, PaymentId, UserId
from domain.shared.money import Money
from domain.shared.words import Word


class PaymentStatus(Word):
    """What is stored. Refunds are records of their own."""

    CREATED = "created"
    PROCESSING = "processing"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


_CREATED, _PROCESSING = PaymentStatus.CREATED, PaymentStatus.PROCESSING
_ACTION, _FAILED = PaymentStatus.REQUIRES_ACTION, PaymentStatus.FAILED
_SUCCEEDED, _CANCELLED = PaymentStatus.SUCCEEDED, PaymentStatus.CANCELLED

_NEXT = {  # The whole life of a payment. What is not on the right cannot happen.
    _CREATED: {_PROCESSING, _ACTION, _SUCCEEDED, _FAILED, _CANCELLED},
    # Back to created: the processor never took the try.
    _PROCESSING: {_CREATED, _ACTION, _SUCCEEDED, _FAILED, _CANCELLED},
    _ACTION: {_CREATED, _PROCESSING, _SUCCEEDED, _FAILED, _CANCELLED},
    # Another card may follow a decline, and money any failure: the processor is the truth.
    _FAILED: {_PROCESSING, _ACTION, _SUCCEEDED, _CANCELLED},
    _CANCELLED: {_SUCCEEDED},
    _SUCCEEDED: set[PaymentStatus](),
}
_TRIED = {_CREATED, _ACTION, _FAILED}
"""Where a buyer may try (again)."""
_OPEN = _TRIED | {_PROCESSING}

IN_FLIGHT = timedelta(seconds=60)
"""How long a try may be under way: longer than a call to a processor takes with all its repeats."""


@dataclass(slots=True, kw_only=True)
class Payment(Aggregate):
    """Never leaves `succeeded`, asks for one sum all its life, and counts every try to collect."""

    organization_id: OrganizationId
    id: PaymentId
    order_id: OrderId
    payer_id: UserId | None
    attempt: int
    """Which payment of its order it is, from 1."""
    provider: str
    amount: Money
    """What is asked for."""
    created_at: datetime
    updated_at: datetime
    status: PaymentStatus = PaymentStatus.CREATED
    tries: int = 0
    """How often a payment method was handed to the processor: its key for each try."""
    provider_ref: str | None = None
    client_secret: str | None = None
    received_minor: int = 0
    """What arrived, in minor units of the asked currency; 0 while nothing did."""
    failure_code: str | None = None
    review_flag: str | None = None
    """Why a person must look."""
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Money may still come of it, so no second payment is begun beside it."""
        return self.status in _OPEN

    def is_in_flight(self, at: datetime) -> bool:
        """A try may be under way, so whatever the processor shows may be from before it."""
        return self.status is _PROCESSING and at < self.updated_at + IN_FLIGHT

    def open_at_processor(self, reference: str, client_secret: str | None, *, at: datetime) -> None:
        """The processor knows it now."""
        self.provider_ref, self.client_secret, self.updated_at = reference, client_secret, at

    def start_try(self, *, at: datetime) -> None:
        """A payment method is about to be handed over. Raises PaymentStatusConflict."""
        if self.status not in _TRIED or self.provider_ref is None:
            raise PaymentStatusConflict(
                f"The payment is {self.status.value} and cannot be tried now.",
                payment_id=self.id,
                current=self.status.value,
            )
        self.status, self.tries = _PROCESSING, self.tries + 1
        self.failure_code, self.updated_at = None, at

    def put_back(self, *, at: datetime) -> None:
        """The processor did not take the try: nothing happened, and another may follow."""
        if self.status is _PROCESSING:
            self.status, self.updated_at = _CREATED, at

    def give_up(self, reason: str, *, at: datetime) -> None:
        """It never reached the processor. Raises PaymentStatusConflict."""
        if not self.learn(_FAILED, failure_code=reason, at=at):
            raise PaymentStatusConflict(payment_id=self.id, current=self.status.value)

    def learn(
        self,
        status: PaymentStatus,
        *,
        at: datetime,
        received: Money | None = None,
        provider_ref: str | None = None,
        client_secret: str | None = None,
        failure_code: str | None = None,
        review_flag: str | None = None,
    ) -> bool:
        """What the processor says of it. Older news changes nothing and answers False."""
        if status not in _NEXT[self.status]:
            return False
        self.status, self.failure_code, self.updated_at = status, failure_code, at
        self.provider_ref = provider_ref or self.provider_ref
        self.client_secret = client_secret or self.client_secret
        self.review_flag = review_flag or self.review_flag
        if status is _SUCCEEDED:
            # A sum in another currency means nothing in this column: the review flag tells.
            comparable = received is not None and received.currency == self.amount.currency
            self.received_minor = received.minor if received and comparable else 0
        if status in (_SUCCEEDED, _CANCELLED):
            self.settled_at = at
        return True
