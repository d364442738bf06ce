"""A client exchanges its refresh token for a new pair of tokens."""

from dataclasses import dataclass
from datetime import timedelta

from application.identity.ports import (
    BeginIdentity,
    Client,
    IdentityTransaction,
    RememberedTokens,
    SignedIn,
)
from application.identity.refresh_access import living_among
from application.identity.session_access import session_of
from application.identity.session_ports import SessionTokens
from application.shared.messages import Command
from application.shared.scope import PUBLIC
from domain.identity.errors import RefreshTokenReused
from domain.identity.session import AGE_MAX, Ending, Session, refresh_hash_of

WARNING = "messaging.warn_of_reuse"
"""The job that tells the owner that somebody else had a token of theirs."""


class RefreshSessionCommand(Command):
    refresh_token: str


@dataclass(frozen=True, slots=True)
class RefreshSession:
    """Rotate the refresh token. One that was replaced, shown again, ends the session for thief and
    owner, who is told by mail.

    Only the client that exchanged it last may repeat itself for 10 s, because answers get lost: it
    is given the same successor. Raises InvalidRefreshToken, RefreshTokenReused, AccountDisabled.
    """

    begin: BeginIdentity
    issuer: SessionTokens
    remembered: RememberedTokens
    age_max: timedelta = AGE_MAX

    async def __call__(self, command: RefreshSessionCommand, client: Client) -> SignedIn:
        # Nobody is known yet, and the tables of users and sessions belong to no organisation.
        async with self.begin(PUBLIC) as tx:
            session = await session_of(tx, self.issuer, command.refresh_token)
            session.require_alive(tx.now)
            user = await tx.users.get(session.user_id)
            user.require_active()
            successor = self._exchange(session, command.refresh_token, client, tx)
            if successor is None:
                session.revoke(Ending.REUSED, at=tx.now)
                tx.enqueue(WARNING, {"session_id": session.id})
            await tx.sessions.save(session)
        if successor is None:  # Refused only now: raising inside would undo the session's end.
            self.remembered.forget_session(session.id)
            raise RefreshTokenReused
        return SignedIn(
            user_id=session.user_id,
            session_id=session.id,
            access=self.issuer.issue(session.user_id, session.id),
            refresh_token=successor,
        )

    def _exchange(
        self, session: Session, refresh_token: str, client: Client, tx: IdentityTransaction
    ) -> str | None:
        """What this client gets for the token; None if it was used before."""
        presented = refresh_hash_of(refresh_token)
        successors = self.issuer.successors_of(refresh_token, session.id)
        if presented == session.refresh_hash:
            session.rotate(
                presented, refresh_hash_of(successors[0]), at=tx.now, age_max=self.age_max
            )
            session.note_client(user_agent=client.user_agent, ip=client.ip)
            return successors[0]
        if session.is_asked_again(presented, user_agent=client.user_agent, ip=client.ip, at=tx.now):
            return living_among(successors, session.refresh_hash)
        return None
