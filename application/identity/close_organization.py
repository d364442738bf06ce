"""The owners end their organisation."""

from dataclasses import dataclass

from application.identity.organization_ports import BeginStanding
from application.identity.ports import RememberedTokens
from application.shared.actor import Actor, authorize
from domain.identity.errors import OrganizationHasSales
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class CloseOrganization:
    """Nobody works there any more; orders, money and the short name stay as they are.

    Raises NotFound, Forbidden, OrganizationNotFound, OrganizationHasSales.
    """

    begin: BeginStanding
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, organization_id: OrganizationId) -> None:
        authorize(actor, Permission.ORGANIZATION_CLOSE, organization_id)
        async with self.begin(actor.within(organization_id)) as tx:
            await tx.teams.lock(organization_id)
            organization = await tx.organizations.get(organization_id)
            organization.close(at=tx.now)
            # Orders lock the same counters: whoever was first is seen, and who comes now is late.
            await tx.sales.doubt_offers(organization_id, tx.now)
            if await tx.sales.has_orders_ahead(organization_id, tx.now):
                raise OrganizationHasSales
            await tx.organizations.save(organization)
        self.remembered.forget_organization(organization_id)
