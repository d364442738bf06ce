"""What invitations ask of the world."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from msgspec import Struct

from application.identity.account_ports import CountingTransaction
from application.identity.ports import IdentityTransaction
from application.shared.scope import Scope
from domain.identity.invitation import Invitation
from domain.shared.ids import InvitationId, OrganizationId


class Invitations(Protocol):
    """They change under the lock of their team, so two cannot pass a limit together."""

    # Raises InvitationNotFound.
    async def lock(
        self, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> Invitation: ...

    # The one that was neither answered nor revoked, expired or not.
    async def open_to(
        self, organization_id: OrganizationId, email_key: str
    ) -> Invitation | None: ...

    # Whether somebody of this address works there.
    async def has_member(self, organization_id: OrganizationId, email_key: str) -> bool: ...

    async def add(self, invitation: Invitation) -> None: ...  # AlreadyInvited, at the latest here.
    async def save(self, invitation: Invitation) -> None: ...  # Raises StaleVersion.


class InvitationTransaction(IdentityTransaction, CountingTransaction, Protocol):
    @property
    def invitations(self) -> Invitations: ...


BeginInvitations = Callable[[Scope], AbstractAsyncContextManager[InvitationTransaction]]


class NamedInvitation(Struct, frozen=True):
    """What a token says: which mail of which invitation of which organisation."""

    organization_id: OrganizationId
    invitation_id: InvitationId
    round: int


class InvitationTokens(Protocol):
    """Derived from what they name, and stored nowhere."""

    def of(self, named: NamedInvitation) -> str: ...
    def read(self, token: str) -> NamedInvitation: ...  # Raises InvitationNotFound.
