"""Refresh tokens that name their family under our seal, and whose successor follows from them."""

import hmac
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from uuid import UUID

from adapters.tokens.keyring import Keyring
from adapters.tokens.sealed_bytes import SealedBytes

_ID_SIZE = 16
_SECRET_SIZE = 32


class RefreshFamilies:
    """Tokens are the family's id and 256 secret bits under a seal.

    The seal says that a token was ours once; whether it lives, the family's row says by its hash.
    The secret of a successor follows from the token before and our key: an exchange that is
    repeated makes the same one, and neither a copy of the table nor the key alone makes any.
    """

    def __init__(self, keyring: Keyring, purpose: str, heirs: str) -> None:
        self._keyring = keyring
        self._seal = SealedBytes(keyring, purpose, _ID_SIZE + _SECRET_SIZE)
        self._heir_key = cache(lambda key_id: keyring.secret_key(heirs, key_id))

    def first(self, family_id: UUID, secret: str) -> str:
        return self._seal.seal(family_id.bytes + sha256(secret.encode()).digest())

    def family_of(self, token: str) -> UUID | None:
        """None for whatever no key of ours sealed."""
        opened = self._seal.open(token)
        return None if opened is None else UUID(bytes=opened[1][:_ID_SIZE])

    def successors_of(self, token: str, family_id: UUID, asker: str = "") -> Sequence[str]:
        """What each of our keys makes of it for this asker, the present key first."""
        present = self._keyring.current
        older = [key_id for key_id in self._keyring.masters if key_id != present]
        return [self._heir(token, family_id, asker, key_id) for key_id in (present, *older)]

    def _heir(self, token: str, family_id: UUID, asker: str, key_id: int) -> str:
        # A token has no line's end, so no two pairs of token and asker are one text.
        named = f"{token}\n{asker}" if asker else token
        secret = hmac.digest(self._heir_key(key_id), named.encode(), "sha256")
        return self._seal.seal(family_id.bytes + secret, key_id)
