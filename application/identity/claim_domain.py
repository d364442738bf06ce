"""An organisation wants its shop under a domain of its own."""

from dataclasses import dataclass

from application.identity.terms_ports import BeginTerms
from application.shared.actor import Actor, authorize
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.identity.custom_domain import CustomDomain
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Permission


class ClaimDomainCommand(Command):
    domain: str


@dataclass(frozen=True, slots=True)
class ClaimDomain:
    """Instead of the one before, if it had one; claiming it again keeps token and proof.

    Raises NotFound, Forbidden, InvalidDomain, StaleVersion.
    """

    begin: BeginTerms
    ids: IdFactory

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: ClaimDomainCommand
    ) -> None:
        authorize(actor, Permission.ORGANIZATION_EDIT, organization_id)
        token = self.ids.secret()
        async with self.begin(actor.within(organization_id)) as tx:
            await tx.organizations.get(organization_id)
            wanted = CustomDomain.claim(organization_id, command.domain, token, at=tx.now)
            before = await tx.custom_domains.get(organization_id)
            if before is not None and before.domain == wanted.domain:
                return
            if before is not None:
                await tx.custom_domains.remove(before)
            await tx.custom_domains.save(wanted)
