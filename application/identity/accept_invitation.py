"""Somebody who was invited comes to work in the organisation."""

from dataclasses import dataclass

from application.identity.invitation_ports import (
    BeginInvitations,
    InvitationTokens,
    InvitationTransaction,
)
from application.identity.ports import RememberedTokens
from application.shared.actor import Actor
from domain.identity.errors import InvitationClosed
from domain.identity.invitation import Invitation
from domain.identity.team import Team
from domain.shared.ids import OrganizationId
from domain.shared.permissions import BUNDLES, Permission, Role


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """Whoever is signed in and holds the token gets the role, once.

    The token went to the invited address alone, so it proves as much as that address would; and
    people are invited at work who have their account at home.

    Raises InvitationNotFound, InvitationClosed, InvitationExpired, AlreadyMember, OwnersOnly,
    OrganizationNotFound, OrganizationSuspended.
    """

    begin: BeginInvitations
    tokens: InvitationTokens
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, token: str) -> OrganizationId:
        named = self.tokens.read(token)
        organization_id = named.organization_id
        async with self.begin(actor.within(organization_id)) as tx:
            team = await tx.teams.lock(organization_id)
            organization = await tx.organizations.get(organization_id)
            organization.require_open()
            invitation = await tx.invitations.lock(organization_id, named.invitation_id)
            invitation.accept(actor.user_id, round=named.round, at=tx.now)
            member = team.add(
                actor.user_id,
                invitation.role,
                by=await _word_of_inviter(tx, team, invitation),
                at=tx.now,
                event_ids=invitation.event_ids,
            )
            await tx.teams.add(member)
            await tx.invitations.save(invitation)
            tx.remember(organization_id)
        self.remembered.forget_user(actor.user_id)
        return organization_id


async def _word_of_inviter(tx: InvitationTransaction, team: Team, invitation: Invitation) -> Role:
    """As what the inviter gives their word today. Raises InvitationClosed if it counts no more."""
    inviter = team.members.get(invitation.invited_by)
    if inviter is not None and Permission.MEMBERS_MANAGE in BUNDLES[inviter.role]:
        return inviter.role
    if (await tx.users.get(invitation.invited_by)).is_platform_admin:
        return Role.OWNER
    raise InvitationClosed("Whoever invited you cannot do so any more; ask for a new one.")
