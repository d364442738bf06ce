"""Questions about promo codes; only their organisation may ask."""

from datetime import datetime
from typing import Protocol

from application.pricing.ports import PromoCodeOwners
from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.pricing.discount import DiscountType
from domain.pricing.promo_code import ShownStatus
from domain.shared.ids import EventId, OrganizationId, PromoCodeId


class PromoCodeView(View):
    id: PromoCodeId
    organization_id: OrganizationId
    code: str
    description: str | None
    discount_type: DiscountType
    discount_value: str
    """Percent, or an amount per order in the event's currency."""
    max_uses: int | None
    uses_count: int
    """By orders that are paid or may still be paid."""
    valid_from: datetime | None
    valid_until: datetime | None
    """Exclusive."""
    min_order_value: str | None
    applicable_events: list[EventId] | None
    """Null is every event of the organisation."""
    status: ShownStatus
    created_at: datetime
    updated_at: datetime


class PromoCodeQueries(PromoCodeOwners, Protocol):
    # Of the scope's organisations. Raises PromoCodeNotFound.
    async def get_promo_code(self, scope: Scope, promo_code_id: PromoCodeId) -> PromoCodeView: ...

    # Of the scope's organisations, newest first.
    async def list_promo_codes(self, scope: Scope, page: PageRequest) -> Page[PromoCodeView]: ...
