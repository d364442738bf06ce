"""A client exchanges its refresh token for a new pair of tokens."""

from dataclasses import dataclass

from application.identity.ports import (
    AccessTokenIssuer,
    BeginIdentity,
    RememberedTokens,
    SignedIn,
)
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.scope import PUBLIC
from domain.identity.errors import RefreshTokenReused
from domain.identity.session import refresh_hash_of


class RefreshSessionCommand(Command):
    refresh_token: str


@dataclass(frozen=True, slots=True)
class RefreshSession:
    """Rotate the refresh token; the one before, shown again, ends the session for thief and owner.

    Raises InvalidRefreshToken, RefreshTokenReused, AccountDisabled.
    """

    begin: BeginIdentity
    ids: IdFactory
    issuer: AccessTokenIssuer
    remembered: RememberedTokens

    async def __call__(self, command: RefreshSessionCommand) -> SignedIn:
        presented = refresh_hash_of(command.refresh_token)
        successor = self.ids.secret()
        # Nobody is known yet, and the tables of users and sessions belong to no organisation.
        async with self.begin(PUBLIC) as tx:
            session = await tx.sessions.lock_by_refresh(presented)
            is_reused = session.was_replaced(presented)
            if is_reused:
                session.revoke(at=tx.now)
            else:
                user = await tx.users.get(session.user_id)
                user.require_active()
                session.rotate(presented, refresh_hash_of(successor), at=tx.now)
            await tx.sessions.save(session)
        if is_reused:  # Refused only now: raising inside would undo the end of the session.
            self.remembered.forget_session(session.id)
            raise RefreshTokenReused
        return SignedIn(
            user_id=session.user_id,
            session_id=session.id,
            access=self.issuer.issue(session.user_id, session.id),
            refresh_token=successor,
        )
