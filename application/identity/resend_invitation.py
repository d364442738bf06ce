"""An invitation is sent again, because its mail was lost or its time ran out."""

from dataclasses import dataclass

from application.identity.invitation_ports import BeginInvitations
from application.identity.invite_member import send
from application.shared.actor import Actor, authorize
from domain.identity.team import require_right_to_give
from domain.shared.ids import InvitationId, OrganizationId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class ResendInvitation:
    """With a new token and another 7 days; the link in the mail before opens nothing any more.

    Whoever sends it gives their word from now on: the inviter may have left.

    Raises NotFound, Forbidden, EmailUnverified, OwnersOnly, InvitationNotFound, InvitationClosed,
    TooManyInvitations.
    """

    begin: BeginInvitations

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> None:
        authorize(actor, Permission.MEMBERS_MANAGE, organization_id)
        async with self.begin(actor.within(organization_id)) as tx:
            await tx.teams.lock(organization_id)
            invitation = await tx.invitations.lock(organization_id, invitation_id)
            require_right_to_give(invitation.role, by=actor.role_in(organization_id))
            invitation.send_again(by=actor.user_id, at=tx.now)
            await tx.invitations.save(invitation)
            await send(tx, invitation, by=actor.user_id)
