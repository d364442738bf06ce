"""An organisation asks somebody, by mail, to work there."""

from dataclasses import dataclass

from application.identity.invitation_ports import (
    BeginInvitations,
    InvitationTransaction,
)
from application.identity.letter_access import count_letter, senders_of
from application.shared.actor import Actor, authorize
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.own_events import refuse_foreign
from domain.identity.attempts import seconds_until
from domain.identity.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvalidEventLimit,
    TooManyInvitations,
)
from domain.identity.invitation import Invitation, InvitationStatus
from domain.identity.team import require_right_to_give
from domain.identity.user import Email
from domain.shared.ids import EventId, InvitationId, OrganizationId, UserId
from domain.shared.permissions import Permission, Role

SEND_INVITATION = "messaging.send_invitation"
"""The job that writes the mail."""


class InviteMemberCommand(Command):
    email: str
    role: Role
    event_ids: tuple[EventId, ...] | None = None
    """The events for which they are to work; without them, every event."""


@dataclass(frozen=True, slots=True)
class InviteMember:
    """Keep the invitation and have it sent; nothing tells whether the address has an account.

    Raises NotFound, Forbidden, EmailUnverified, OwnersOnly, InvalidEmail, InvalidEventLimit,
    AlreadyMember, AlreadyInvited, TooManyInvitations.
    """

    begin: BeginInvitations
    ids: IdFactory
    read_email: ReadEmail

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: InviteMemberCommand
    ) -> InvitationId:
        authorize(actor, Permission.MEMBERS_MANAGE, organization_id)
        require_right_to_give(command.role, by=actor.role_in(organization_id))
        email = Email(self.read_email(command.email))
        invitation_id = InvitationId(self.ids.new())
        async with self.begin(actor.within(organization_id)) as tx:
            await tx.teams.lock(organization_id)
            invitation = Invitation.write(
                invitation_id,
                organization_id,
                email,
                command.role,
                event_ids=command.event_ids,
                by=actor.user_id,
                at=tx.now,
            )
            await refuse_foreign(tx, organization_id, invitation.event_ids, InvalidEventLimit)
            await _refuse_known(tx, organization_id, email)
            await tx.invitations.add(invitation)
            await send(tx, invitation, by=actor.user_id)
            tx.remember(invitation_id)
        return invitation_id


async def send(tx: InvitationTransaction, invitation: Invitation, *, by: UserId) -> None:
    """Have the mail written once this commits, on the word of somebody whom mails reach, too.

    Raises EmailUnverified, TooManyInvitations.
    """
    (await tx.users.get(by)).require_verified()
    senders = senders_of(invitation.organization_id, by)
    free_at = await count_letter(tx, "invitation", invitation.email, senders)
    if free_at is not None:
        wait_s = seconds_until(free_at, at=tx.now)
        raise TooManyInvitations(retry_at=free_at, retry_after=wait_s)
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
