"""What a bearer token stands for: asked by every door, answered by identity and admission."""

from typing import Protocol

from application.shared.actor import Actor, Device


class AccessTokens(Protocol):
    """Verified tokens are remembered for at most 5 s, each until it expires."""

    async def actor(self, token: str) -> Actor: ...  # Raises InvalidToken, SessionEnded.
    async def bearer(self, token: str) -> Actor | Device: ...  # A person or a scanner.
