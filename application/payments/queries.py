"""Questions about payments; the secret for the browser is not among the answers."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from application.shared.actor import Actor
from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from domain.shared.ids import OrderId, OrganizationId, PaymentId, RefundId


class RefundView(View):
    id: RefundId
    amount: str
    status: str
    reason: str
    requested_at: datetime
    settled_at: datetime | None


class PaymentView(View):
    id: PaymentId
    organization_id: OrganizationId
    order_id: OrderId
    status: str
    amount: str
    currency: str
    received_amount: str
    refunded_amount: str
    """What went back or is on its way."""
    provider: str
    failure_code: str | None
    review_flag: str | None
    """Why the organisation must look; shown to its members alone."""
    refunds: list[RefundView]
    created_at: datetime
    updated_at: datetime
    settled_at: datetime | None


class PaymentFilter(Struct, frozen=True, kw_only=True):
    organization_id: OrganizationId | None = None
    """An organisation's payments, for members who may see them; without it, one's own."""
    order_id: OrderId | None = None


class PaymentQueries(Protocol):
    # The payer's own, or an organisation's for members with PAYMENTS_VIEW. Raises
    # PaymentNotFound, Forbidden.
    async def get_payment(self, actor: Actor, payment_id: PaymentId) -> PaymentView: ...

    async def list_payments(
        self, actor: Actor, where: PaymentFilter, page: PageRequest
    ) -> Page[PaymentView]: ...  # Newest first. Raises NotFound, Forbidden.
