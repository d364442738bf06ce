"""A buyer is about to pay: the intent is recorded, then opened at the card processor."""

from dataclasses import dataclass
from uuid import UUID

from application.payments.gateway import GatewayPayment, PaymentGateway
from application.payments.ports import BeginPayments, OrdersToPay, OrderToPay, charge_of
from application.shared.idempotency import AlreadyDone
from application.shared.ids import IdFactory
from application.shared.messages import Command, View
from application.shared.order_links import Guest, Shopper
from domain.payments.errors import AttemptTaken, OrderNotFound, OrderNotPayable
from domain.payments.payment import Payment, PaymentStatus
from domain.shared.ids import OrderId, PaymentId

LOOKS_MAX = 3
"""How often a lost race for the next attempt is looked at again."""


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
    not reach the processor; a repeated request answers its own payment. A local processor is asked
    first, so that one commit records all.
    Raises OrderNotFound, OrderNotPayable, GatewayDown, GatewayRefused, InvalidAmount.
    """

    begin: BeginPayments
    orders: OrdersToPay
    gateway: PaymentGateway
    ids: IdFactory

    async def __call__(
        self, actor: Shopper, command: CreatePaymentIntentCommand
    ) -> PaymentIntentView:
        if isinstance(actor, Guest) and actor.order_id != command.order_id:
            raise OrderNotFound
        order = await self.orders.order_to_pay(actor.user_id, command.order_id)
        try:
            payment = await self._record(actor, order)
        except AlreadyDone as done:  # Whether it reached the processor then or not.
            payment = await self._recorded(actor, order, PaymentId(UUID(done.outcome)))
        if payment.provider_ref is None:
            answer = await self.gateway.create(charge_of(payment.id, order))
            payment = await self._open(actor, payment, answer)
        return _view(payment)

    async def _record(self, actor: Shopper, order: OrderToPay) -> Payment:
        """The order's open payment, or a new one. Two hands at once find one payment."""
        new = PaymentId(self.ids.new())
        answer = await self.gateway.create(charge_of(new, order)) if self.gateway.is_local else None
        for _ in range(LOOKS_MAX - 1):
            try:
                return await self._look(actor, order, new, answer)
            except AttemptTaken:
                continue
        return await self._look(actor, order, new, answer)

    async def _look(
        self, actor: Shopper, order: OrderToPay, new: PaymentId, answer: GatewayPayment | None
    ) -> Payment:
        async with self.begin(actor.within(order.organization_id)) as tx:
            order.check_payable(tx.now)
            attempts = await tx.payments.of_order(order.order_id)
            if any(payment.status is PaymentStatus.SUCCEEDED for payment in attempts):
                raise OrderNotPayable("Money for this order is here.", reason="already_paid")
            for payment in attempts:
                if payment.is_open and payment.provider == self.gateway.provider:
                    tx.remember(payment.id)
                    return payment
            payment = Payment(
                organization_id=order.organization_id,
                id=new,
                order_id=order.order_id,
                payer_id=actor.user_id,
                attempt=max((payment.attempt for payment in attempts), default=0) + 1,
                provider=self.gateway.provider,
                amount=order.total,
                created_at=tx.now,
                updated_at=tx.now,
            )
            if answer is not None:
                payment.open_at_processor(answer.provider_ref, answer.client_secret, at=tx.now)
            await tx.payments.add(payment)
            tx.remember(payment.id)
        return payment

    async def _recorded(self, actor: Shopper, order: OrderToPay, payment_id: PaymentId) -> Payment:
        """What this request recorded when it first came."""
        async with self.begin(actor.within(order.organization_id)) as tx:
            return (await tx.payments.lock([payment_id]))[payment_id]

    async def _open(self, actor: Shopper, payment: Payment, answer: GatewayPayment) -> Payment:
        async with self.begin(actor.within(payment.organization_id)) as tx:
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
