"""A payment as sales needs to know it: its state, what the processor said, and one that comes with
its order.
"""

from dataclasses import dataclass

from domain.shared.ids import PaymentId
from domain.shared.money import Money
from domain.shared.words import Word


class PaymentState(Word):
    """A payment's life as sales needs to know it."""

    CREATED = "created"
    PROCESSING = "processing"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the card processor says of a payment."""

    payment_id: PaymentId
    state: PaymentState
    received: Money
    provider_ref: str | None = None
    client_secret: str | None = None
    failure_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAttempt:
    """A payment begun in the order's own commit. A local till has decided it already."""

    payment_id: PaymentId
    provider: str
    outcome: Outcome | None = None
    """None while a remote processor has not been asked."""

    def pays(self, total: Money) -> bool:
        """Whether the whole sum is here."""
        outcome = self.outcome
        return (
            outcome is not None
            and outcome.state is PaymentState.SUCCEEDED
            and outcome.received == total
        )
