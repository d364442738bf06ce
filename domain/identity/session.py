"""One sign-in on one device: lives while its refresh token is exchanged for the next."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from domain.identity.errors import FreshSignInNeeded, InvalidRefreshToken
from domain.identity.networks import is_near
from domain.identity.refresh_family import is_lost_answer
from domain.shared.aggregate import Aggregate
from domain.shared.ids import SessionId, UserId
from domain.shared.words import Word

LIFETIME = timedelta(days=7)
"""How long a refresh token waits to be used."""
AGE_MAX = timedelta(days=90)
"""How long a session lasts at most, however often it is refreshed."""

USER_AGENT_LONGEST = 300
IP_LONGEST = 64

FRESH = timedelta(minutes=10)
"""For so long after its beginning a session says who it is; later the password has to."""


class Ending(Word):
    """Why a session was ended before its time."""

    LOGGED_OUT = "logged_out"
    REVOKED = "revoked"
    """From a list of sessions, as somebody does who lost a phone."""
    REUSED = "token_reused"
    ACCOUNT_CHANGED = "account_changed"
    """The password was reset, or the account disabled or deleted."""


def refresh_hash_of(refresh_token: str) -> bytes:
    """What is kept of a refresh token: it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(refresh_token.encode()).digest()


@dataclass(slots=True, kw_only=True)
class Session(Aggregate):
    """Has one living refresh token, and knows the one before; whoever shows any other that was its
    own is a thief, or was robbed by one. Ended is for ever.
    """

    id: SessionId
    user_id: UserId
    refresh_hash: bytes
    previous_refresh_hash: bytes | None = None
    user_agent: str | None
    ip: str | None
    """Where it was begun or last refreshed, as is the user agent."""
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    ended_because: Ending | None = None
    visitor_id: UserId | None = None
    """Who looks with this person's eyes: of a support visit, which is never refreshed."""

    @classmethod
    def start(
        cls,
        id: SessionId,
        user_id: UserId,
        refresh_hash: bytes,
        *,
        user_agent: str | None,
        ip: str | None,
        at: datetime,
    ) -> Self:
        return cls(
            id=id,
            user_id=user_id,
            refresh_hash=refresh_hash,
            user_agent=_kept(user_agent, USER_AGENT_LONGEST),
            ip=_kept(ip, IP_LONGEST),
            created_at=at,
            last_used_at=at,
            expires_at=at + LIFETIME,
        )

    @classmethod
    def visit(
        cls,
        id: SessionId,
        user_id: UserId,
        refresh_hash: bytes,
        *,
        visitor_id: UserId,
        at: datetime,
        ends_at: datetime,
    ) -> Self:
        """One that a visitor has; the hash is of something that nobody keeps."""
        session = cls.start(id, user_id, refresh_hash, user_agent=None, ip=None, at=at)
        session.visitor_id = visitor_id
        session.expires_at = ends_at
        return session

    def is_alive(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at

    def require_alive(self, at: datetime) -> None:
        """Raises InvalidRefreshToken."""
        if not self.is_alive(at):
            raise InvalidRefreshToken

    def require_fresh(self, at: datetime) -> None:
        """Asked before how one signs in is changed. Raises FreshSignInNeeded."""
        if at >= self.created_at + FRESH:
            raise FreshSignInNeeded

    def rotate(
        self, presented: bytes, successor: bytes, *, at: datetime, age_max: timedelta = AGE_MAX
    ) -> None:
        """Exchange the living token for its successor. Raises InvalidRefreshToken."""
        self.require_alive(at)
        if presented != self.refresh_hash or self.visitor_id is not None:
            raise InvalidRefreshToken
        self.previous_refresh_hash = presented
        self.refresh_hash = successor
        self.last_used_at = at
        self.expires_at = min(at + LIFETIME, self.created_at + age_max)

    def is_asked_again(
        self, presented: bytes, *, user_agent: str | None, ip: str | None, at: datetime
    ) -> bool:
        """Whether the client that just exchanged this token repeats itself: a lost answer."""
        return (
            is_lost_answer(presented, self.previous_refresh_hash, self.last_used_at, at=at)
            and _kept(user_agent, USER_AGENT_LONGEST) == self.user_agent
            and is_near(_kept(ip, IP_LONGEST), self.ip)
        )

    def note_client(self, *, user_agent: str | None, ip: str | None) -> None:
        """It is used from here now: phones travel, and browsers are updated."""
        self.user_agent = _kept(user_agent, USER_AGENT_LONGEST)
        self.ip = _kept(ip, IP_LONGEST)

    def revoke(self, because: Ending = Ending.REVOKED, *, at: datetime) -> None:
        """End it; ending it twice changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = at
            self.ended_because = because


def _kept(text: str | None, longest: int) -> str | None:
    """What a stranger's header said, shortened and without what cannot be printed."""
    if text is None:
        return None
    return "".join(sign for sign in text if sign.isprintable())[:longest] or None
