"""Invitations in memory."""

from datetime import datetime

from adapters.memory.database import MemoryTable, MemoryTransaction, add_versioned, save_versioned
from adapters.memory.identity import MemoryIdentityTransaction
from domain.identity.errors import AlreadyInvited, InvitationNotFound
from domain.identity.invitation import Invitation, InvitationStatus
from domain.shared.ids import InvitationId, OrganizationId


class MemoryInvitations:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[InvitationId, Invitation] = tx.database.table("invitations")
        self._mails: MemoryTable[str, tuple[datetime, ...]] = tx.database.table("invited_addresses")
        self._members = tx.database.table("memberships")
        self._users = tx.database.table("users")

    async def lock(
        self, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> Invitation:
        invitation = self._rows.get(invitation_id)
        if invitation is None or invitation.organization_id != organization_id:
            raise InvitationNotFound
        return invitation

    async def open_to(self, organization_id: OrganizationId, email_key: str) -> Invitation | None:
        for invitation in self._rows.where(
            lambda row: (
                row.organization_id == organization_id
                and row.email.key == email_key
                and row.status is InvitationStatus.INVITED
            )
        ):
            return invitation
        return None

    async def has_member(self, organization_id: OrganizationId, email_key: str) -> bool:
        members = self._members.where(lambda row: row.organization_id == organization_id)
        ids = {member.user_id for member in members}
        return bool(self._users.where(lambda user: user.id in ids and user.email.key == email_key))

    async def sent_since(self, organization_id: OrganizationId, since: datetime) -> int:
        own = self._rows.where(lambda row: row.organization_id == organization_id)
        return sum(at > since for invitation in own for at in invitation.sent_ats)

    async def note_mail(self, email_key: str, at: datetime, *, since: datetime) -> int:
        before = self._mails.get(email_key) or ()
        sent_ats = (*(sent for sent in before if sent > since), at)
        self._mails.put(email_key, sent_ats)
        return len(sent_ats)

    async def add(self, invitation: Invitation) -> None:
        if await self.open_to(invitation.organization_id, invitation.email.key) is not None:
            raise AlreadyInvited
        add_versioned(self._rows, invitation.id, invitation)

    async def save(self, invitation: Invitation) -> None:
        save_versioned(self._rows, invitation.id, invitation)


class MemoryInvitationTransaction(MemoryIdentityTransaction):
    invitations: MemoryInvitations

    def build(self) -> None:
        super().build()
        self.invitations = MemoryInvitations(self)
