"""A card processor sends a message: verified, remembered once, and looked into later."""

from dataclasses import dataclass

from application.payments.gateway import PaymentGateway
from application.payments.ports import BeginPayments, StoredNotice
from application.shared.scope import SYSTEM


@dataclass(frozen=True, slots=True)
class ReceiveGatewayNotice:
    """Remember the message and enqueue the look it hints at, in one commit; a repeat does neither.

    A message about no payment is remembered and done with. Raises InvalidWebhook, DatabaseDown.
    """

    begin: BeginPayments
    gateway: PaymentGateway

    async def __call__(self, body: bytes, headers: dict[str, str]) -> None:
        notice = self.gateway.verify(body, headers)
        provider = self.gateway.provider
        concerns_us = notice.provider_ref is not None or notice.payment_id is not None
        async with self.begin(SYSTEM) as tx:
            is_new = await tx.notices.add(
                StoredNotice(
                    provider=provider,
                    provider_event_id=notice.provider_event_id,
                    kind=notice.kind,
                    provider_ref=notice.provider_ref,
                    received_at=tx.now,
                    processed_at=None if concerns_us else tx.now,
                )
            )
            if is_new and concerns_us:
                tx.enqueue(
                    "payments.apply_gateway_notice",
                    {
                        "provider": provider,
                        "provider_event_id": notice.provider_event_id,
                        "provider_ref": notice.provider_ref,
                        "payment_id": notice.payment_id and str(notice.payment_id),
                        "organization_id": notice.organization_id and str(notice.organization_id),
                    },
                )
