"""The operators of the platform suspend an organisation, or let it work again."""

from dataclasses import dataclass

from application.identity.organization_ports import BeginStanding
from application.identity.platform_access import require_platform_admin
from application.identity.ports import RememberedTokens
from application.shared.actor import Actor
from application.shared.messages import Command
from domain.identity.organization import OrganizationStatus
from domain.shared.errors import NotFound
from domain.shared.ids import OrganizationId


class SetOrganizationStatusCommand(Command):
    status: OrganizationStatus
    """Active, suspended or pending."""
    reason: str | None = None
    """Members read it."""


@dataclass(frozen=True, slots=True)
class SetOrganizationStatus:
    """Orders are refused from this commit on, and so is what members, keys and applications write.

    Raises PersonRequired, PlatformAdminsOnly, NotFound, OrganizationNotFound,
    OrganizationStatusConflict.
    """

    begin: BeginStanding
    remembered: RememberedTokens

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: SetOrganizationStatusCommand
    ) -> None:
        require_platform_admin(actor, organization_id, unknown=NotFound)
        async with self.begin(actor.within(organization_id)) as tx:
            await tx.teams.lock(organization_id)
            organization = await tx.organizations.get(organization_id)
            organization.become(command.status, reason=command.reason, at=tx.now)
            await tx.organizations.save(organization)
            await tx.sales.doubt_offers(organization_id, tx.now)
        self.remembered.forget_organization(organization_id)
