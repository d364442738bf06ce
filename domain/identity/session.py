"""One sign-in on one device: lives while its refresh token is exchanged for the next."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from domain.identity.errors import InvalidRefreshToken
from domain.shared.aggregate import Aggregate
from domain.shared.ids import SessionId, UserId

LIFETIME = timedelta(days=7)
"""How long a refresh token waits to be used."""

USER_AGENT_LONGEST = 300
IP_LONGEST = 64


def refresh_hash_of(refresh_token: str) -> bytes:
    """What is kept of a refresh token: it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(refresh_token.encode()).digest()


@dataclass(slots=True, kw_only=True)
class Session(Aggregate):
    """Knows the hashes of its one living refresh token and the one before; revoked is for ever."""

    id: SessionId
    user_id: UserId
    refresh_hash: bytes
    previous_refresh_hash: bytes | None = None
    user_agent: str | None
    ip: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

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

    def is_alive(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at

    def was_replaced(self, refresh_hash: bytes) -> bool:
        """Whether this token was exchanged before: then two people hold it, and one is a thief."""
        return refresh_hash == self.previous_refresh_hash

    def rotate(self, presented: bytes, successor: bytes, *, at: datetime) -> None:
        """Exchange the living token for its successor. Raises InvalidRefreshToken."""
        if presented != self.refresh_hash or not self.is_alive(at):
            raise InvalidRefreshToken
        self.previous_refresh_hash = presented
        self.refresh_hash = successor
        self.last_used_at = at
        self.expires_at = at + LIFETIME

    def revoke(self, *, at: datetime) -> None:
        """End it; ending it twice changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = at


def _kept(text: str | None, longest: int) -> str | None:
    """What a stranger's header said, shortened and without what cannot be printed."""
    if text is None:
        return None
    return "".join(sign for sign in text if sign.isprintable())[:longest] or None
