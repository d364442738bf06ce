"""A card processor hinted at a payment: what it holds now is looked up and applied."""

from dataclasses import dataclass
from uuid import UUID

from application.payments.gateway import GatewayPayment, PaymentGateway
from application.payments.ports import (
    BeginPayments,
    PaymentBook,
    PaymentToCollect,
    Settle,
    collected,
)
from application.shared.clock import Clock
from application.shared.scope import SYSTEM
from domain.payments.errors import PaymentNotFound, ProviderChanged
from domain.shared.ids import OrganizationId, PaymentId


@dataclass(frozen=True, slots=True)
class ApplyGatewayNotice:
    """Ask the processor, settle what it says, and mark the message as processed.

    The message itself is believed in nothing, so that neither its age nor its order matters. One
    about a payment that is not ours has no effect. Raises GatewayDown, ProviderChanged (the job
    repeats), and what settling raises.
    """

    begin: BeginPayments
    book: PaymentBook
    gateway: PaymentGateway
    settle: Settle
    clock: Clock

    async def __call__(
        self,
        *,
        provider: str,
        provider_event_id: str,
        provider_ref: str | None = None,
        payment_id: str | None = None,
        organization_id: str | None = None,
    ) -> None:
        if provider != self.gateway.provider:
            raise ProviderChanged(provider=provider)
        found = await self._find(provider_ref, payment_id, organization_id)
        if found is not None:
            await self._apply(found, found.payment.provider_ref or provider_ref)
        async with self.begin(SYSTEM) as tx:
            await tx.notices.mark_processed(provider, provider_event_id, tx.now)

    async def _find(
        self, provider_ref: str | None, payment_id: str | None, organization_id: str | None
    ) -> PaymentToCollect | None:
        """By reference; by metadata only while ours has none yet, for anyone may write metadata."""
        if provider_ref is not None:
            found = await self.book.of_reference(self.gateway.provider, provider_ref)
            if found is not None:
                return found
        if payment_id is None or organization_id is None:
            return None
        named = await self.book.of_organization(
            OrganizationId(UUID(organization_id)), PaymentId(UUID(payment_id))
        )
        if named is None or named.payment.provider != self.gateway.provider:
            return None
        return named if named.payment.provider_ref is None else None

    async def _apply(self, found: PaymentToCollect, reference: str | None) -> None:
        if reference is None:
            return
        try:
            answer = await self.gateway.fetch(reference, found.charge)
        except PaymentNotFound:
            return
        if _speaks_of(answer, found) and is_news(found, answer, self.clock):
            await self.settle.settle(collected(found.payment, answer))


def is_news(found: PaymentToCollect, answer: GatewayPayment, clock: Clock) -> bool:
    """While a try is under way only its money counts: the rest may be from before it."""
    return answer.status == "succeeded" or not found.payment.is_in_flight(clock())


def _speaks_of(answer: GatewayPayment, found: PaymentToCollect) -> bool:
    return (answer.payment_id, answer.organization_id) == (
        found.payment.id,
        found.payment.organization_id,
    )
