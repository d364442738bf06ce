"""A buyer is about to pay: the intent is recorded, then opened at the card processor."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from application.payments.gateway import GatewayPayment, PaymentGateway
from application.payments.ports import BeginPayments, charge_of
from application.payments.record_intents import IntentWish, RecordedIntent
from application.shared import scope
from application.shared.idempotency import KeyInFlight
from application.shared.ids import IdFactory
from application.shared.messages import Command, View
from application.shared.order_links import Shopper
from domain.payments.payment import Payment
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId


class CreatePaymentIntentCommand(Command):
    order_id: OrderId


class PaymentIntentView(View):
    """What a browser needs to pay; for the buyer alone."""

    payment_id: PaymentId
    order_id: OrderId
    status: str
    amount: str
    currency: str
    provider: str
    client_secret: str | None


@dataclass(frozen=True, slots=True)
class CreatePaymentIntent:
    """Record the payment and commit; open it at the processor; record its reference and commit.

    Asked again for the same order, it answers the payment that is open, and resumes one that did
    not reach the processor; a repeated request answers its own payment. Recording is one commit
    for many buyers; a remote processor is asked by each alone, so that nobody waits for another's.
    Raises OrderNotFound, OrderNotPayable, SessionEnded, GatewayDown, GatewayRefused, InvalidAmount,
    KeyReused, KeyInFlight, TooBusy, OutcomeUnknown.
    """

    record: Callable[[IntentWish], Awaitable[RecordedIntent]]
    """In a batch with others."""
    alone: Callable[[IntentWish], Awaitable[RecordedIntent | DomainError]]
    begin: BeginPayments
    gateway: PaymentGateway
    ids: IdFactory

    async def __call__(
        self, actor: Shopper, command: CreatePaymentIntentCommand
    ) -> PaymentIntentView:
        wish = IntentWish(actor, command.order_id, PaymentId(self.ids.new()))
        recorded = await self._recorded(wish)
        payment = recorded.payment
        if payment.provider_ref is None:
            answer = await self.gateway.create(charge_of(payment.id, recorded.order))
            payment = await self._open(payment, answer)
        return _view(payment)

    async def _recorded(self, wish: IntentWish) -> RecordedIntent:
        try:
            return await self.record(wish)
        except KeyInFlight:  # Somebody's in the batch: whoever waits for a first one waits alone.
            outcome = await self.alone(wish)
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome

    async def _open(self, payment: Payment, answer: GatewayPayment) -> Payment:
        async with self.begin(scope.organizations([payment.organization_id])) as tx:
            opened = (await tx.payments.lock([payment.id]))[payment.id]
            if opened.provider_ref is None:
                opened.open_at_processor(answer.provider_ref, answer.client_secret, at=tx.now)
                await tx.payments.save([opened])
        return opened


def _view(payment: Payment) -> PaymentIntentView:
    return PaymentIntentView(
        payment_id=payment.id,
        order_id=payment.order_id,
        status=payment.status.value,
        amount=str(payment.amount),
        currency=payment.amount.currency,
        provider=payment.provider,
        client_secret=payment.client_secret,
    )
