"""An organisation lets somebody go."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, RememberedTokens
from application.shared.actor import Actor, authorize
from domain.shared.ids import OrganizationId, UserId
from domain.shared.permissions import Permission, Role


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """Take the person's role away.

    Raises NotFound, Forbidden, OwnersOnly, MemberNotFound, LastOwner.
    """

    begin: BeginIdentity
    remembered: RememberedTokens

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, user_id: UserId
    ) -> None:
        authorize(actor, Permission.MEMBERS_MANAGE, organization_id)
        acting = Role.OWNER if actor.is_platform_admin else actor.memberships[organization_id]
        async with self.begin(actor.within(organization_id)) as tx:
            team = await tx.teams.lock(organization_id)
            await tx.teams.remove(team.remove(user_id, by=acting))
        self.remembered.forget_user(user_id)
