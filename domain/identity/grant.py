"""What somebody let an application do: from the code, over its tokens, to the end."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Self

from domain.identity.credential import Credential
from domain.identity.oauth_errors import InvalidGrant, PkceRequired
from domain.identity.oauth_scope import OAuthScope
from domain.identity.refresh_family import is_lost_answer
from domain.shared.aggregate import Aggregate
from domain.shared.ids import GrantId, OAuthClientId, OrganizationId, UserId

CODE_LIFETIME = timedelta(seconds=60)
ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=30)

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def require_challenge(challenge: str | None, method: str | None) -> str:
    """Raises PkceRequired: `plain`, no method and no challenge are all refused."""
    if method != "S256" or challenge is None or _CHALLENGE.fullmatch(challenge) is None:
        raise PkceRequired
    return challenge


@dataclass(slots=True, kw_only=True)
class Grant(Aggregate):
    """One consent of a person, or one token of a client for its own organisation.

    It knows the hashes of its code, of its refresh token and of the one before; whoever shows any
    other that was its own is a thief, or was robbed by one. Ended is for ever.
    """

    id: GrantId
    client_id: OAuthClientId
    organization_id: OrganizationId
    """The client's."""
    user_id: UserId | None
    """None if the client acts for its own organisation."""
    scope: OAuthScope
    created_at: datetime
    expires_at: datetime
    """Of its code, then of what it was exchanged for."""
    code_hash: bytes | None = None
    redirect_uri: str | None = None
    challenge: str | None = None
    exchanged_at: datetime | None = None
    refresh_hash: bytes | None = None
    previous_refresh_hash: bytes | None = None
    ended_at: datetime | None = None
    tokens: tuple[Credential, ...] = ()

    @classmethod
    def consent(
        cls,
        id: GrantId,
        client_id: OAuthClientId,
        organization_id: OrganizationId,
        user_id: UserId,
        scope: OAuthScope,
        *,
        code_hash: bytes,
        redirect_uri: str,
        challenge: str,
        at: datetime,
    ) -> Self:
        """A person said yes; the code is for this client, address and challenge, for a minute."""
        return cls(
            id=id,
            client_id=client_id,
            organization_id=organization_id,
            user_id=user_id,
            scope=scope,
            created_at=at,
            expires_at=at + CODE_LIFETIME,
            code_hash=code_hash,
            redirect_uri=redirect_uri,
            challenge=challenge,
        )

    @classmethod
    def own(
        cls,
        id: GrantId,
        client_id: OAuthClientId,
        organization_id: OrganizationId,
        scope: OAuthScope,
        token: Credential,
        *,
        at: datetime,
    ) -> Self:
        """A client acts for its own organisation until the token ends."""
        return cls(
            id=id,
            client_id=client_id,
            organization_id=organization_id,
            user_id=None,
            scope=scope,
            created_at=at,
            expires_at=at + ACCESS_LIFETIME,
            exchanged_at=at,
            tokens=(token,),
        )

    def is_alive(self, at: datetime) -> bool:
        return self.ended_at is None and at < self.expires_at

    def require_alive(self, at: datetime) -> None:
        """Raises InvalidGrant."""
        if not self.is_alive(at):
            raise InvalidGrant

    def is_asked_again(self, presented: bytes, *, at: datetime) -> bool:
        """Whether this refresh token was exchanged just now: its client may have lost the answer,
        if it is the same one that asks.
        """
        exchanged_at = self.expires_at - REFRESH_LIFETIME
        return is_lost_answer(presented, self.previous_refresh_hash, exchanged_at, at=at)

    def exchange(
        self,
        redirect_uri: str,
        verifier: str,
        token: Credential,
        refresh_hash: bytes,
        *,
        at: datetime,
    ) -> None:
        """The code becomes tokens. Raises InvalidGrant unless all is as when it was given."""
        self.require_alive(at)
        if self.exchanged_at is not None:
            raise InvalidGrant
        if redirect_uri != self.redirect_uri or not _proves(verifier, self.challenge or ""):
            raise InvalidGrant
        self.exchanged_at = at
        self._give(token, refresh_hash, at)

    def rotate(
        self, presented: bytes, token: Credential, refresh_hash: bytes, *, at: datetime
    ) -> None:
        """The refresh token becomes its successor and a new access token. Raises InvalidGrant."""
        self.require_alive(at)
        if presented != self.refresh_hash:
            raise InvalidGrant
        self.previous_refresh_hash = presented
        self._give(token, refresh_hash, at)

    def tell_again(self, token: Credential) -> Credential:
        """The access token that the lost answer had; it is given anew if it ended meanwhile."""
        for known in self.tokens:
            if known.hash == token.hash:
                return known
        self.tokens = (token, *self.tokens)
        return token

    def end(self, *, at: datetime) -> None:
        """With all its tokens; ending it twice changes nothing."""
        if self.ended_at is None:
            self.ended_at = at
        self.tokens = ()

    def drop(self, token_hash: bytes) -> None:
        """One access token ends; the others go on."""
        self.tokens = tuple(token for token in self.tokens if token.hash != token_hash)

    def _give(self, token: Credential, refresh_hash: bytes, at: datetime) -> None:
        self.refresh_hash = refresh_hash
        self.expires_at = at + REFRESH_LIFETIME
        self.tokens = (token, *(old for old in self.tokens if old.is_alive(at)))


def _proves(verifier: str, challenge: str) -> bool:
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    return compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)
