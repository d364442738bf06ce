"""Somebody ends one of their sessions, as of a phone that was lost."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, RememberedTokens
from application.shared.actor import Actor, authorize_person
from application.shared.transaction import SessionEnded
from domain.identity.errors import SessionNotFound
from domain.identity.session import Ending
from domain.shared.ids import SessionId


@dataclass(frozen=True, slots=True)
class RevokeSession:
    """End it, with both of its tokens; ended already, it stays so.

    Raises SessionNotFound, also for what is somebody else's, and PersonRequired.
    """

    begin: BeginIdentity
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, session_id: SessionId) -> None:
        authorize_person(actor)
        async with self.begin(actor.as_person()) as tx:
            try:
                session = await tx.sessions.lock(session_id)
            except SessionEnded as error:
                raise SessionNotFound from error
            if session.user_id != actor.user_id:
                raise SessionNotFound
            session.revoke(Ending.REVOKED, at=tx.now)
            await tx.sessions.save(session)
        self.remembered.forget_session(session_id)
