"""Sales asks payments to collect: the till's answers become what sales settles."""

from collections.abc import Awaitable, Callable, Sequence

from application.payments.charge_payments import Answer, ChargePayment
from application.payments.create_payment_intent import (
    CreatePaymentIntentCommand,
    PaymentIntentView,
)
from application.payments.gateway import ChargeRequest, GatewayPayment, PaymentGateway
from application.payments.ports import Collected
from application.sales.ports import ChargeCommand, Charged, OpenedPayment
from application.shared.idempotency import RequestKey
from application.shared.order_links import Shopper
from application.shared.origin import Origin
from domain.payments.errors import UnknownPaymentMethod
from domain.sales.payment_attempt import Outcome, PaymentAttempt, PaymentState
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, OrganizationId, PaymentId
from domain.shared.money import Money

Charge = Callable[[Sequence[ChargePayment]], Awaitable[list[Answer]]]
Create = Callable[[Shopper, CreatePaymentIntentCommand], Awaitable[PaymentIntentView]]


class BridgedCashier:
    def __init__(self, charge: Charge, gateway: PaymentGateway, create: Create) -> None:
        self._charge = charge
        self._gateway = gateway
        self._create = create

    @property
    def is_local(self) -> bool:
        return self._gateway.is_local

    async def open(self, shopper: Shopper, order_id: OrderId) -> OpenedPayment:
        opened = await self._create(shopper, CreatePaymentIntentCommand(order_id=order_id))
        return OpenedPayment(opened.payment_id, PaymentState(opened.status))

    async def begin_payment(
        self,
        payment_id: PaymentId,
        payment_method: str,
        *,
        organization_id: OrganizationId,
        amount: Money,
        reference: str,
        email: str,
    ) -> PaymentAttempt:
        """Only a local processor may be asked before the order stands: no network is waited for."""
        gateway = self._gateway
        if not gateway.is_local:
            return PaymentAttempt(payment_id=payment_id, provider=gateway.provider)
        charge = ChargeRequest(
            payment_id=payment_id,
            organization_id=organization_id,
            amount_minor=amount.minor,
            currency=amount.currency,
            reference=reference,
            receipt_email=email,
        )
        opened = await gateway.create(charge)
        try:
            answer = await gateway.confirm(opened.provider_ref, payment_method, charge, 1)
        except UnknownPaymentMethod as refusal:
            refusal.facts["field"] = "payment.paymentMethod"  # As an order says it.
            raise
        outcome = _outcome(payment_id, answer)
        return PaymentAttempt(payment_id=payment_id, provider=gateway.provider, outcome=outcome)

    async def charge(self, commands: Sequence[ChargeCommand]) -> list[Charged | DomainError]:
        answers = await self._charge(
            [ChargePayment(c.actor, c.payment_id, c.payment_method) for c in commands]
        )
        # A remote one was asked after a commit that holds the key.
        keys = [c.actor.key if self._gateway.is_local else None for c in commands]
        return [
            _said(answer, key, command.actor.origin)
            for answer, key, command in zip(answers, keys, commands, strict=True)
        ]


def _said(answer: Answer, key: RequestKey | None, origin: Origin | None) -> Charged | DomainError:
    """A processor that answers nonsense concerns its own payment alone."""
    try:
        return as_charged(answer, key, origin) if isinstance(answer, Collected) else answer
    except DomainError as refusal:
        return refusal


def as_charged(
    collected: Collected, key: RequestKey | None = None, origin: Origin | None = None
) -> Charged:
    """What a processor says, in the words of sales."""
    outcome = _outcome(collected.payment_id, collected.answer)
    return Charged(collected.organization_id, collected.order_id, outcome, key, origin)


def _outcome(payment_id: PaymentId, answer: GatewayPayment) -> Outcome:
    return Outcome(
        payment_id=payment_id,
        state=PaymentState(answer.status),
        received=Money(answer.amount_minor, answer.currency),
        provider_ref=answer.provider_ref,
        client_secret=answer.client_secret,
        failure_code=answer.failure_code,
    )
