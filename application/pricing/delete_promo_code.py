"""An organisation takes back a promo code that nobody used."""

from dataclasses import dataclass

from application.pricing.ports import BeginPricing
from application.pricing.promo_code_access import PromoCodeAccess
from application.shared.actor import Actor
from domain.shared.ids import PromoCodeId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class DeletePromoCode:
    """Remove the code and its uses. Raises PromoCodeNotFound, Forbidden, PromoCodeInUse."""

    begin: BeginPricing
    access: PromoCodeAccess

    async def __call__(self, actor: Actor, promo_code_id: PromoCodeId) -> None:
        organization_id = await self.access(actor, Permission.PROMO_CODES_EDIT, promo_code_id)
        async with self.begin(actor.within(organization_id)) as tx:
            promo_code = await tx.promo_codes.get(promo_code_id)
            await tx.uses.close(promo_code)
            await tx.promo_codes.remove(promo_code)
