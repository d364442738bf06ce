"""Somebody who was invited does not want to come."""

from dataclasses import dataclass

from application.identity.invitation_ports import BeginInvitations, InvitationTokens
from application.shared.idempotency import KeyedRequest
from application.shared.origin import Origin
from application.shared.scope import organizations


@dataclass(frozen=True, slots=True)
class DeclineInvitation:
    """Whoever holds the token may say no; an account is not needed for that.

    Raises InvitationNotFound, InvitationClosed, InvitationExpired.
    """

    begin: BeginInvitations
    tokens: InvitationTokens

    async def __call__(
        self, token: str, keyed: KeyedRequest | None = None, origin: Origin | None = None
    ) -> None:
        named = self.tokens.read(token)
        mine = organizations([named.organization_id], keyed=keyed, origin=origin)
        async with self.begin(mine) as tx:
            invitation = await tx.invitations.lock(named.organization_id, named.invitation_id)
            invitation.decline(round=named.round, at=tx.now)
            await tx.invitations.save(invitation)
