"""Invitations that tests begin with, on memory."""

from dataclasses import dataclass, field

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_invitations import MemoryInvitationTransaction
from adapters.system.emails import read_email
from adapters.system.ids import SystemIds
from adapters.tokens.invitation_tokens import DerivedInvitationTokens
from adapters.tokens.keyring import Keyring
from application.identity.accept_invitation import AcceptInvitation
from application.identity.invitation_ports import BeginInvitations, NamedInvitation
from application.identity.invite_member import (
    InviteMember,
    InviteMemberCommand,
)
from application.shared.actor import Actor
from application.shared.scope import PUBLIC
from domain.identity.invitation import Invitation
from domain.shared.ids import EventId, InvitationId, OrganizationId
from domain.shared.permissions import Role
from tests.application.identity.people import Society


@dataclass
class Post:
    """Who invites whom, and what their mails carry."""

    memory: MemoryDatabase
    society: Society
    tokens: DerivedInvitationTokens = field(
        default_factory=lambda: DerivedInvitationTokens(Keyring({1: b"1" * 32}))
    )

    @property
    def begin(self) -> BeginInvitations:
        return self.memory.beginner(MemoryInvitationTransaction)

    async def invites(
        self,
        actor: Actor,
        organization_id: OrganizationId,
        email: str = "bob@work.example.com",
        role: Role = Role.SUPPORT,
        event_ids: tuple[EventId, ...] | None = None,
    ) -> InvitationId:
        invite = InviteMember(self.begin, SystemIds(), read_email)
        command = InviteMemberCommand(email=email, role=role, event_ids=event_ids)
        return await invite(actor, organization_id, command)

    async def accept(self, actor: Actor, token: str) -> OrganizationId:
        accept = AcceptInvitation(self.begin, self.tokens, self.society.tokens)
        return await accept(actor, token)

    async def invitation(
        self, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> Invitation:
        async with self.begin(PUBLIC) as tx:
            return await tx.invitations.lock(organization_id, invitation_id)

    def token(
        self, organization_id: OrganizationId, invitation_id: InvitationId, round: int = 1
    ) -> str:
        return self.tokens.of(NamedInvitation(organization_id, invitation_id, round))
