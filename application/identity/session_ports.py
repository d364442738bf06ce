"""What the life of a session asks of the world, besides its store."""

from collections.abc import Sequence
from typing import Protocol

from application.identity.ports import AccessTokenIssuer
from domain.shared.ids import SessionId


class SessionTokens(AccessTokenIssuer, Protocol):
    """Both tokens of a session. A refresh token names its session under our seal, so that whoever
    shows one that was replaced, however long ago, is recognised.
    """

    # The first of a session; the secret has 256 random bits.
    def first_refresh_token(self, session_id: SessionId, secret: str) -> str: ...

    # None for whatever no key of ours sealed.
    def session_of(self, refresh_token: str) -> SessionId | None: ...

    # What each of our keys makes of it, the present one first: the same for the same token, and
    # nobody can tell it who only has the token.
    def successors_of(self, refresh_token: str, session_id: SessionId) -> Sequence[str]: ...
