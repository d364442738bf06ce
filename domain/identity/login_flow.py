"""One attempt to sign in, or to link an account, with a provider: begun here, proven there."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from domain.identity.errors import LoginFlowEnded
from domain.shared.aggregate import Aggregate
from domain.shared.ids import UserId

LIFETIME = timedelta(minutes=10)
"""How long a person may take at the provider."""


def kept_of(secret: str) -> bytes:
    """What is kept of a state or a flow token: they have 256 random bits, so a hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


def code_verifier_of(flow_token: str) -> str:
    """The verifier of PKCE (RFC 7636): nobody has it but who holds the flow token."""
    return _derived(flow_token, b"pkce")


def code_challenge_of(flow_token: str) -> str:
    """What the provider is told of the verifier, by the method S256."""
    verifier = code_verifier_of(flow_token)
    return _text(hashlib.sha256(verifier.encode()).digest())


def nonce_of(flow_token: str) -> str:
    """What the provider has to repeat in the token that it signs."""
    return _derived(flow_token, b"nonce")


@dataclass(slots=True, kw_only=True)
class LoginFlow(Aggregate):
    """Known by its state, which travels; finished once, by whoever has its token, which does not.

    With a `user_id` it links, and only that person finishes it.
    """

    state_hash: bytes
    token_hash: bytes
    provider: str
    redirect_uri: str
    user_id: UserId | None
    created_at: datetime
    expires_at: datetime
    taken_at: datetime | None = None

    @classmethod
    def begin(
        cls,
        state: str,
        flow_token: str,
        *,
        provider: str,
        redirect_uri: str,
        user_id: UserId | None,
        at: datetime,
    ) -> Self:
        return cls(
            state_hash=kept_of(state),
            token_hash=kept_of(flow_token),
            provider=provider,
            redirect_uri=redirect_uri,
            user_id=user_id,
            created_at=at,
            expires_at=at + LIFETIME,
        )

    def require_alive(self, provider: str, *, at: datetime) -> None:
        """Raises LoginFlowEnded, also if it was begun with another provider."""
        if self.taken_at is not None or at >= self.expires_at or provider != self.provider:
            raise LoginFlowEnded

    def take(self, flow_token: str, *, provider: str, user_id: UserId | None, at: datetime) -> None:
        """Finish it, once. Raises LoginFlowEnded, which does not say what was wrong."""
        self.require_alive(provider, at=at)
        is_whose = hmac.compare_digest(kept_of(flow_token), self.token_hash)
        if not is_whose or user_id != self.user_id:
            raise LoginFlowEnded
        self.taken_at = at

    def give_back(self) -> None:
        """The provider could not be asked: it may be finished after all."""
        self.taken_at = None


def _derived(flow_token: str, purpose: bytes) -> str:
    return _text(hmac.digest(flow_token.encode(), b"tixmo/login-flow/" + purpose, "sha256"))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
