"""What letters about sessions ask of the world."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from application.messaging.ports import Letter
from domain.shared.ids import SessionId


class EndedSession(Struct, frozen=True, kw_only=True):
    """What the owner of a session is told about its end."""

    session_id: SessionId
    greeted: str
    """Their name; nothing if nobody has shown that the address is theirs."""
    email: str
    device: str
    """Where it was used last, in words: `Firefox on Windows`."""
    ip: str | None
    ended_at: datetime


class EndedSessions(Protocol):
    # A session that was ended because a token was shown twice; None for any other.
    async def after_reuse(self, session_id: SessionId) -> EndedSession | None: ...


class SessionLetters(Protocol):
    # Words for the facts; names are escaped where they have to be.
    def warn_of_reuse(self, session: EndedSession) -> Letter: ...
