"""A buyer said with the order how it is to be paid: a remote card processor is asked once it
stands.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from msgspec import Struct

from application.sales.messages import PlacedOrder
from application.sales.ports import Cashier, ChargeCommand
from application.sales.settle_payments import SettlementResult
from application.shared.order_links import Shopper
from domain.sales.payment_attempt import Outcome, PaymentState
from domain.shared.errors import DomainError
from domain.shared.ids import PaymentId


class PlacedPayment(Struct, frozen=True, kw_only=True):
    """How the payment stands that came with an order."""

    state: PaymentState
    payment_id: PaymentId | None = None
    failure_code: str | None = None
    """Why it did not work, in the processor's words or ours."""
    client_secret: str | None = None


@dataclass(frozen=True, slots=True)
class PayPlacedOrder:
    """Tell what a local till decided with the order; else open the payment and try the method.

    Raises nothing: the order stands whatever happens to its payment, and can be paid until it
    expires. Asked again, it goes on where it was left, and never pays twice.
    """

    cashier: Cashier
    charge: Callable[[ChargeCommand], Awaitable[SettlementResult]]

    async def __call__(
        self, shopper: Shopper, placed: PlacedOrder, payment_method: str
    ) -> PlacedPayment:
        attempt = placed.payment
        if attempt is not None and attempt.outcome is not None:
            return PlacedPayment(
                payment_id=attempt.payment_id,
                state=attempt.outcome.state,
                failure_code=attempt.outcome.failure_code,
                client_secret=_secret(attempt.outcome),
            )
        try:
            opened = await self.cashier.open(shopper, placed.id)
        except DomainError as refusal:
            return PlacedPayment(state=PaymentState.CREATED, failure_code=refusal.code)
        payment_id = opened.payment_id
        if placed.is_repeat and opened.state is not PaymentState.CREATED:
            # The method was tried: nothing is done twice, whatever came of it.
            return PlacedPayment(payment_id=payment_id, state=opened.state)
        try:
            result = await self.charge(ChargeCommand(shopper, payment_id, payment_method))
        except DomainError as refusal:
            return PlacedPayment(
                payment_id=payment_id, state=PaymentState.PROCESSING, failure_code=refusal.code
            )
        return PlacedPayment(
            payment_id=payment_id,
            state=result.payment_state,
            failure_code=result.failure_code,
            client_secret=result.client_secret,
        )


def _secret(outcome: Outcome) -> str | None:
    """What the browser needs, if the buyer has something to do there."""
    needs_action = outcome.state is PaymentState.REQUIRES_ACTION
    return outcome.client_secret if needs_action else None
