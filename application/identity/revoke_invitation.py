"""An organisation takes an invitation back."""

from dataclasses import dataclass

from application.identity.invitation_ports import BeginInvitations
from application.shared.actor import Actor, authorize
from domain.shared.ids import InvitationId, OrganizationId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class RevokeInvitation:
    """Its link opens nothing from this commit on.

    Raises NotFound, Forbidden, InvitationNotFound, InvitationClosed.
    """

    begin: BeginInvitations

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> None:
        authorize(actor, Permission.MEMBERS_MANAGE, organization_id, even_suspended=True)
        async with self.begin(actor.ending(organization_id)) as tx:
            invitation = await tx.invitations.lock(organization_id, invitation_id)
            invitation.revoke(at=tx.now)
            await tx.invitations.save(invitation)
