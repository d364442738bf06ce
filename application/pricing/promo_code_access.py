"""Whose promo code it is, and whether the actor may do this to it."""

from dataclasses import dataclass

from application.pricing.ports import PromoCodeOwners
from application.shared.actor import Actor, authorize
from domain.pricing.errors import PromoCodeNotFound
from domain.shared.errors import NotFound
from domain.shared.ids import OrganizationId, PromoCodeId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class PromoCodeAccess:
    """The code's organisation. Raises Forbidden, and PromoCodeNotFound to strangers."""

    owners: PromoCodeOwners

    async def __call__(
        self, actor: Actor, permission: Permission, promo_code_id: PromoCodeId
    ) -> OrganizationId:
        organization_id = await self.owners.organization_of_promo_code(promo_code_id)
        try:
            authorize(actor, permission, organization_id)
        except NotFound as error:
            raise PromoCodeNotFound from error
        return organization_id
