"""Both tokens of a session: the access token, and the refresh token that buys the next pair."""

import hmac
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from uuid import UUID

from adapters.tokens.access import AccessTokenSigner
from adapters.tokens.keyring import Keyring
from adapters.tokens.sealed_bytes import SealedBytes
from application.shared.clock import Clock
from domain.shared.ids import SessionId

PURPOSE = "refresh-tokens"
HEIRS = "refresh-token-heirs"
_ID_SIZE = 16
_SECRET_SIZE = 32


class SealedSessionTokens(AccessTokenSigner):
    """Refresh tokens are the session's id and 256 secret bits under a seal.

    The seal says that it was ours once; whether it lives, the session's row says by its hash. The
    secret of a successor follows from the token before and our key: an exchange that is repeated
    makes the same one, and neither a copy of the table nor the key alone makes any.
    """

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        super().__init__(keyring, clock)
        self._seal = SealedBytes(keyring, PURPOSE, _ID_SIZE + _SECRET_SIZE)
        self._heir_key = cache(self._derive_heir_key)

    def first_refresh_token(self, session_id: SessionId, secret: str) -> str:
        return self._seal.seal(session_id.bytes + sha256(secret.encode()).digest())

    def session_of(self, refresh_token: str) -> SessionId | None:
        opened = self._seal.open(refresh_token)
        return None if opened is None else SessionId(UUID(bytes=opened[1][:_ID_SIZE]))

    def successors_of(self, refresh_token: str, session_id: SessionId) -> Sequence[str]:
        present = self._keyring.current
        older = [key_id for key_id in self._keyring.masters if key_id != present]
        return [self._heir(refresh_token, session_id, key_id) for key_id in (present, *older)]

    def _heir(self, refresh_token: str, session_id: SessionId, key_id: int) -> str:
        secret = hmac.digest(self._heir_key(key_id), refresh_token.encode(), "sha256")
        return self._seal.seal(session_id.bytes + secret, key_id)

    def _derive_heir_key(self, key_id: int) -> bytes:
        return self._keyring.secret_key(HEIRS, key_id)
