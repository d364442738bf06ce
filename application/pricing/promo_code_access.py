"""Whose promo code it is, and whether the actor may do this to it."""

from dataclasses import dataclass

from application.pricing.ports import PromoCodeOwners
from application.shared.actor import Actor, authorize_events
from domain.pricing.errors import PromoCodeNotFound
from domain.shared.errors import NotFound
from domain.shared.ids import OrganizationId, PromoCodeId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class PromoCodeAccess:
    """The code's organisation. Raises Forbidden, and PromoCodeNotFound to strangers.

    Whoever works for some events has to do with codes for these events and no others.
    """

    owners: PromoCodeOwners

    async def __call__(
        self, actor: Actor, permission: Permission, promo_code_id: PromoCodeId
    ) -> OrganizationId:
        reach = await self.owners.reach_of(promo_code_id)
        try:
            authorize_events(actor, permission, reach.organization_id, reach.event_ids)
        except NotFound as error:
            raise PromoCodeNotFound from error
        return reach.organization_id
