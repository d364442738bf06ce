"""Both tokens of what an application was let do, spelled so that leaked ones are found."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from adapters.tokens.keyring import Keyring
from adapters.tokens.refresh_families import RefreshFamilies
from domain.shared.ids import GrantId
from domain.shared.secret_text import SecretKind, kind_of, secret_in, spell

PURPOSE = "oauth-refresh-tokens"
HEIRS = "oauth-refresh-token-heirs"
ACCESS = "oauth-access-tokens"


class SealedGrantTokens:
    """Refresh tokens name their grant under our seal; the access token that comes with one follows
    from it and our key, so that an exchange which is repeated has the same answer.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._families = RefreshFamilies(keyring, PURPOSE, HEIRS)
        self._access_key = cache(lambda key_id: keyring.secret_key(ACCESS, key_id))

    def first_refresh_token(self, grant_id: GrantId, secret: str) -> str:
        return _spelled(SecretKind.REFRESH, self._families.first(grant_id, secret))

    def grant_of(self, token: str) -> GrantId | None:
        if kind_of(token) is not SecretKind.REFRESH:
            return None
        found = self._families.family_of(secret_in(token))
        return None if found is None else GrantId(found)

    def successors_of(self, token: str, grant_id: GrantId, asker: str) -> Sequence[str]:
        found = self._families.successors_of(token, grant_id, asker)
        return [_spelled(SecretKind.REFRESH, sealed) for sealed in found]

    def access_token_with(self, refresh_token: str) -> str:
        key = self._access_key(self._keyring.current)
        secret = hmac.digest(key, refresh_token.encode(), "sha256")
        return _spelled(SecretKind.ACCESS, urlsafe_b64encode(secret).rstrip(b"=").decode())


def _spelled(kind: SecretKind, secret: str) -> str:
    return spell(kind, sha256(secret.encode()).hexdigest()[:10], secret)
