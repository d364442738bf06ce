"""An organisation lets somebody go."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, RememberedTokens
from application.shared.actor import Actor, authorize, authorize_person
from domain.shared.ids import OrganizationId, UserId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """Take the person's role away; everybody may leave by themselves, and nobody on their behalf.

    Raises NotFound, Forbidden, PersonRequired, OwnersOnly, MemberNotFound, LastOwner.
    """

    begin: BeginIdentity
    remembered: RememberedTokens

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, user_id: UserId
    ) -> None:
        is_leaving = user_id == actor.user_id and organization_id in actor.memberships
        if is_leaving:
            authorize_person(actor)
        else:
            authorize(actor, Permission.MEMBERS_MANAGE, organization_id, even_suspended=True)
        acting = actor.role_in(organization_id)
        async with self.begin(actor.ending(organization_id)) as tx:
            team = await tx.teams.lock(organization_id)
            await tx.teams.remove(team.remove(user_id, by=acting))
        self.remembered.forget_user(user_id)
