"""Invitations in memory."""

from adapters.memory.database import MemoryTable, MemoryTransaction, add_versioned, save_versioned
from adapters.memory.identity import MemoryIdentityTransaction
from adapters.memory.identity_accounts import MemoryAttempts
from domain.identity.errors import AlreadyInvited, InvitationNotFound
from domain.identity.invitation import Invitation, InvitationStatus
from domain.shared.ids import InvitationId, OrganizationId


class MemoryInvitations:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[InvitationId, Invitation] = tx.database.table("invitations")
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

    async def add(self, invitation: Invitation) -> None:
        if await self.open_to(invitation.organization_id, invitation.email.key) is not None:
            raise AlreadyInvited
        add_versioned(self._rows, invitation.id, invitation)

    async def save(self, invitation: Invitation) -> None:
        save_versioned(self._rows, invitation.id, invitation)


class MemoryInvitationTransaction(MemoryIdentityTransaction):
    attempts: MemoryAttempts
    invitations: MemoryInvitations

    def build(self) -> None:
        super().build()
        self.attempts = MemoryAttempts(self)
        self.invitations = MemoryInvitations(self)
