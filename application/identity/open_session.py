"""The end of every way to sign in: the session, and the keys to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from application.identity.ports import Client, SignedIn
from application.identity.session_ports import SessionTokens
from application.shared.ids import IdFactory
from domain.identity.session import Session, refresh_hash_of
from domain.identity.user import User
from domain.shared.ids import SessionId


class Opened(NamedTuple):
    """What is to be kept, and what is to be told."""

    session: Session
    signed_in: SignedIn


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Note that the user signed in, and make the session that begins. Raises AccountDisabled.

    Whoever asks keeps both (`keep_session`), in the transaction that found out who it is.
    """

    ids: IdFactory
    issuer: SessionTokens

    def __call__(self, user: User, client: Client, *, at: datetime) -> Opened:
        user.sign_in(at=at)
        session_id = SessionId(self.ids.new())
        refresh_token = self.issuer.first_refresh_token(session_id, self.ids.secret())
        session = Session.start(
            session_id,
            user.id,
            refresh_hash_of(refresh_token),
            user_agent=client.user_agent,
            ip=client.ip,
            at=at,
        )
        signed_in = SignedIn(
            user_id=user.id,
            session_id=session_id,
            access=self.issuer.issue(user.id, session_id),
            refresh_token=refresh_token,
        )
        return Opened(session, signed_in)
