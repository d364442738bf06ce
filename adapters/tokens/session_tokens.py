"""Both tokens of a session: the access token, and the refresh token that buys the next pair."""

from collections.abc import Sequence

from adapters.tokens.access import AccessTokenSigner
from adapters.tokens.keyring import Keyring
from adapters.tokens.refresh_families import RefreshFamilies
from application.shared.clock import Clock
from domain.shared.ids import SessionId

PURPOSE = "refresh-tokens"
HEIRS = "refresh-token-heirs"


class SealedSessionTokens(AccessTokenSigner):
    """Refresh tokens name their session under our seal."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        super().__init__(keyring, clock)
        self._families = RefreshFamilies(keyring, PURPOSE, HEIRS)

    def first_refresh_token(self, session_id: SessionId, secret: str) -> str:
        return self._families.first(session_id, secret)

    def session_of(self, refresh_token: str) -> SessionId | None:
        found = self._families.family_of(refresh_token)
        return None if found is None else SessionId(found)

    def successors_of(self, refresh_token: str, session_id: SessionId) -> Sequence[str]:
        return self._families.successors_of(refresh_token, session_id)
