"""What somebody without a session shows: the secret of a key or of an application."""

from dataclasses import dataclass
from datetime import datetime

from domain.shared.ids import SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One secret of a key or of an application's grant: it opens until it expires or is gone."""

    id: SessionId
    """Stands where a session's id stands: every transaction looks whether it is still there."""
    hash: bytes
    expires_at: datetime | None = None

    def is_alive(self, at: datetime) -> bool:
        return self.expires_at is None or at < self.expires_at
