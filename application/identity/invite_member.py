"""An organisation asks somebody, by mail, to work there."""

from dataclasses import dataclass

from application.identity.invitation_ports import (
    BeginInvitations,
    InvitationTransaction,
    refuse_foreign,
)
from application.shared.actor import Actor, authorize
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.identity.errors import AlreadyInvited, AlreadyMember, TooManyInvitations
from domain.identity.invitation import HOUR, Invitation, InvitationStatus
from domain.identity.team import require_right_to_give
from domain.identity.user import Email
from domain.shared.ids import EventId, InvitationId, OrganizationId
from domain.shared.permissions import Permission, Role

SEND_INVITATION = "messaging.send_invitation"
"""The job that writes the mail."""


@dataclass(frozen=True, slots=True)
class InvitationLimits:
    """Mails within an hour: to one address from everybody, and from one organisation."""

    to_address: int = 3
    of_organization: int = 100


USUAL_LIMITS = InvitationLimits()


class InviteMemberCommand(Command):
    email: str
    role: Role
    event_ids: tuple[EventId, ...] | None = None
    """The events for which they are to work; without them, every event."""


@dataclass(frozen=True, slots=True)
class InviteMember:
    """Keep the invitation and have it sent; nothing tells whether the address has an account.

    Raises NotFound, Forbidden, OwnersOnly, InvalidEmail, InvalidEventLimit, AlreadyMember,
    AlreadyInvited, TooManyInvitations.
    """

    begin: BeginInvitations
    ids: IdFactory
    read_email: ReadEmail
    limits: InvitationLimits = USUAL_LIMITS

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: InviteMemberCommand
    ) -> InvitationId:
        authorize(actor, Permission.MEMBERS_MANAGE, organization_id)
        require_right_to_give(command.role, by=actor.role_in(organization_id))
        email = Email(self.read_email(command.email))
        invitation_id = InvitationId(self.ids.new())
        async with self.begin(actor.within(organization_id)) as tx:
            team = await tx.teams.lock(organization_id)
            invitation = Invitation.write(
                invitation_id,
                organization_id,
                email,
                command.role,
                event_ids=command.event_ids,
                by=actor.user_id,
                at=tx.now,
            )
            await refuse_foreign(tx, team, invitation.event_ids)
            await _refuse_known(tx, organization_id, email)
            await tx.invitations.add(invitation)
            await send(tx, invitation, self.limits)
            tx.remember(invitation_id)
        return invitation_id


async def send(tx: InvitationTransaction, invitation: Invitation, limits: InvitationLimits) -> None:
    """Have the mail written once this commits. Raises TooManyInvitations."""
    since = tx.now - HOUR
    email_key = invitation.email.key
    sent = await tx.invitations.sent_since(invitation.organization_id, since)
    received = await tx.invitations.note_mail(email_key, tx.now, since=since)
    if sent > limits.of_organization or received > limits.to_address:
        raise TooManyInvitations(retry_at=tx.now + HOUR)
    named = {
        "organization_id": str(invitation.organization_id),
        "invitation_id": str(invitation.id),
        "round": invitation.round,
    }
    tx.enqueue(SEND_INVITATION, named)


async def _refuse_known(
    tx: InvitationTransaction, organization_id: OrganizationId, email: Email
) -> None:
    """Raises AlreadyMember, AlreadyInvited; who asks may read both lists anyway."""
    if await tx.invitations.has_member(organization_id, email.key):
        raise AlreadyMember
    before = await tx.invitations.open_to(organization_id, email.key)
    if before is None:
        return
    if before.shown(tx.now) is not InvitationStatus.EXPIRED:
        raise AlreadyInvited(invitation_id=before.id)
    before.revoke(at=tx.now)
    await tx.invitations.save(before)
