"""A key pair of somebody's device that signs in for them (WebAuthn)."""

from dataclasses import dataclass
from datetime import datetime

from domain.identity.errors import PasskeySuspected
from domain.shared.aggregate import Aggregate
from domain.shared.ids import PasskeyId, UserId
from domain.shared.names import clean_name

NAME_LONGEST = 100
PASSKEYS_MAX = 20
"""How many an account may have."""


@dataclass(slots=True, kw_only=True)
class Passkey(Aggregate):
    """Its name is clean. Where its device counts, the count only grows; once it did not, never
    again does the passkey sign in.
    """

    id: PasskeyId
    user_id: UserId
    credential_id: bytes
    public_key: bytes
    sign_count: int
    """How often its device says it was used; 0 for ever if the device does not count."""
    name: str
    transports: tuple[str, ...] = ()
    created_at: datetime
    last_used_at: datetime | None = None
    suspected_at: datetime | None = None

    def __post_init__(self) -> None:
        self.rename(self.name)

    def rename(self, name: str) -> None:
        """Raises InvalidText."""
        self.name = clean_name(name, field="name", longest=NAME_LONGEST)

    def require_trusted(self) -> None:
        """Raises PasskeySuspected."""
        if self.suspected_at is not None:
            raise PasskeySuspected

    def use(self, sign_count: int, *, at: datetime) -> bool:
        """Note that it signed; no if a count was seen before, as a copy would show it.

        The suspicion is noted as well, so the aggregate is to be saved either way.
        """
        if (sign_count or self.sign_count) and sign_count <= self.sign_count:
            self.suspected_at = at
            return False
        self.sign_count = sign_count
        self.last_used_at = at
        return True
