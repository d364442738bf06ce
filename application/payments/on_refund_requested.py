"""Money is to go back: the card processor is asked once per refund, however often we are told."""

from dataclasses import dataclass

from application.payments.gateway import GatewayRefund, PaymentGateway
from application.payments.ports import BeginPayments, PaymentBook
from application.shared import scope
from domain.payments.errors import GatewayRefused, PaymentNotFound, ProviderChanged
from domain.payments.events import RefundRequested
from domain.payments.refund import Refund, RefundStatus
from domain.shared.ids import RefundId

SUBSCRIBER = "payments.on_refund_requested"


@dataclass(frozen=True, slots=True)
class OnRefundRequested:
    """The refund was recorded already; ask the processor under its id, then record the answer.

    What the processor refuses has failed, and a person must look at the payment. Raises
    GatewayDown and ProviderChanged, and then nothing is recorded: the delivery repeats.
    """

    begin: BeginPayments
    book: PaymentBook
    gateway: PaymentGateway

    async def __call__(self, event_id: int, event: RefundRequested) -> None:
        mine = scope.organizations([event.organization_id])
        refund_id = RefundId(event.aggregate_id)
        async with self.begin(mine) as tx:
            refund = await tx.refunds.lock(refund_id)
        if refund.status is not RefundStatus.REQUESTED:
            return
        answer = await self._return(refund)
        async with self.begin(mine) as tx:
            if not await tx.once(SUBSCRIBER, event_id):
                return
            refund = await tx.refunds.lock(refund_id)
            if refund.status is not RefundStatus.REQUESTED:
                return
            status = RefundStatus(answer.status)
            refund.learn(
                status,
                at=tx.now,
                provider_ref=answer.provider_ref or None,
                failure_code=answer.failure_code,
            )
            await tx.refunds.save(refund)
            if status is RefundStatus.FAILED:
                payment = (await tx.payments.lock([refund.payment_id]))[refund.payment_id]
                payment.review_flag, payment.updated_at = "refund_failed", tx.now
                await tx.payments.save([payment])

    async def _return(self, refund: Refund) -> GatewayRefund:
        """What the processor makes of it; a refusal is an answer."""
        found = await self.book.of_organization(refund.organization_id, refund.payment_id)
        if found is None or found.payment.provider_ref is None:
            return _failed("payment_unknown")
        if found.payment.provider != self.gateway.provider:
            raise ProviderChanged(payment_id=refund.payment_id, provider=found.payment.provider)
        try:
            return await self.gateway.refund(
                found.payment.provider_ref, refund.id, refund.amount.minor, found.charge
            )
        except GatewayRefused as refusal:
            return _failed(str(refusal.facts.get("reason", refusal.code)))
        except PaymentNotFound as refusal:
            return _failed(refusal.code)


def _failed(reason: str) -> GatewayRefund:
    return GatewayRefund(provider_ref="", status="failed", failure_code=reason)
