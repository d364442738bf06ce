"""An organisation does not want its own domain any more."""

from dataclasses import dataclass

from application.identity.terms_ports import BeginTerms
from application.shared.actor import Actor, authorize
from domain.identity.errors import CustomDomainNotFound
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class GiveUpDomain:
    """Anybody may claim it again. Raises NotFound, Forbidden, CustomDomainNotFound."""

    begin: BeginTerms

    async def __call__(self, actor: Actor, organization_id: OrganizationId) -> None:
        authorize(actor, Permission.ORGANIZATION_EDIT, organization_id)
        async with self.begin(actor.within(organization_id)) as tx:
            domain = await tx.custom_domains.get(organization_id)
            if domain is None:
                raise CustomDomainNotFound
            await tx.custom_domains.remove(domain)
