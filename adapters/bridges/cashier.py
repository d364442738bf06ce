"""Sales asks payments to collect: the till's answers become what sales settles."""

from collections.abc import Awaitable, Callable, Sequence

from application.payments.charge_payments import Answer, ChargePayment
from application.payments.ports import Collected
from application.sales.ports import ChargeCommand, Charged
from domain.sales.settlement import Outcome, PaymentState
from domain.shared.errors import DomainError
from domain.shared.money import Money

Charge = Callable[[Sequence[ChargePayment]], Awaitable[list[Answer]]]


class BridgedCashier:
    def __init__(self, charge: Charge) -> None:
        self._charge = charge

    async def charge(self, commands: Sequence[ChargeCommand]) -> list[Charged | DomainError]:
        answers = await self._charge(
            [ChargePayment(c.actor, c.payment_id, c.payment_method) for c in commands]
        )
        return [_said(answer) for answer in answers]


def _said(answer: Answer) -> Charged | DomainError:
    """A processor that answers nonsense concerns its own payment alone."""
    try:
        return as_charged(answer) if isinstance(answer, Collected) else answer
    except DomainError as refusal:
        return refusal


def as_charged(collected: Collected) -> Charged:
    """What a processor says, in the words of sales."""
    answer = collected.answer
    outcome = Outcome(
        payment_id=collected.payment_id,
        state=PaymentState(answer.status),
        received=Money(answer.amount_minor, answer.currency),
        provider_ref=answer.provider_ref,
        client_secret=answer.client_secret,
        failure_code=answer.failure_code,
    )
    return Charged(collected.organization_id, collected.order_id, outcome)
