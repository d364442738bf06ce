"""Somebody ends one of their sessions, as of a phone that was lost."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.ports import RememberedTokens
from application.shared.actor import Actor, authorize_person
from application.shared.transaction import SessionEnded
from domain.identity.account_link import LinkPurpose
from domain.identity.errors import SessionNotFound
from domain.identity.session import Ending
from domain.shared.ids import SessionId


@dataclass(frozen=True, slots=True)
class RevokeSession:
    """End it, with both of its tokens; ended already, it stays so.

    An address that waits for its confirmation is given up: whoever had the phone may have asked.

    Raises SessionNotFound, also for what is somebody else's, and PersonRequired.
    """

    begin: BeginAccounts
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
            await tx.links.end_all(actor.user_id, LinkPurpose.CHANGE_EMAIL)
        self.remembered.forget_session(session_id)
