"""A scanner: a device at a door that signs in with a key of its own."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from domain.admission.errors import InvalidApiKey, InvalidEvents
from domain.shared.aggregate import Aggregate
from domain.shared.ids import EventId, OrganizationId, ScannerId
from domain.shared.names import clean_name
from domain.shared.words import Word

KEY_PREFIX = "tks_"
EVENTS_MAX = 1000
_HINT_LENGTH = 4


class ScannerStatus(Word):
    """Whether its key opens anything."""

    ACTIVE = "active"
    REVOKED = "revoked"


def hash_of_key(key: str) -> bytes:
    """What is kept of a key. It has 256 random bits, so it needs neither salt nor slowness."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


@dataclass(slots=True, kw_only=True)
class Scanner(Aggregate):
    """Scans all events of its organisation, or some of them; revoked is for ever."""

    organization_id: OrganizationId
    id: ScannerId
    name: str
    key_hash: bytes
    key_hint: str
    """The end of the key, so that people can tell two apart."""
    event_ids: tuple[EventId, ...] | None
    """None is every event, also those to come."""
    created_at: datetime
    status: ScannerStatus = ScannerStatus.ACTIVE
    last_seen_at: datetime | None = None

    def __post_init__(self) -> None:
        self.name = clean_name(self.name, field="name", longest=100)
        if self.event_ids is not None and not 0 < len(self.event_ids) <= EVENTS_MAX:
            raise InvalidEvents(maximum=EVENTS_MAX)

    @classmethod
    def register(
        cls,
        *,
        organization_id: OrganizationId,
        id: ScannerId,
        name: str,
        key: str,
        event_ids: Iterable[EventId] | None,
        at: datetime,
    ) -> Self:
        """A new scanner in use. Raises InvalidText, InvalidEvents."""
        return cls(
            organization_id=organization_id,
            id=id,
            name=name,
            key_hash=hash_of_key(key),
            key_hint=key[-_HINT_LENGTH:],
            event_ids=None if event_ids is None else tuple(sorted(set(event_ids))),
            created_at=at,
        )

    def sign_in(self, *, at: datetime) -> None:
        """Its key was shown. Raises InvalidApiKey if it is out of use, as if it were unknown."""
        if self.status is not ScannerStatus.ACTIVE:
            raise InvalidApiKey
        self.last_seen_at = at

    def revoke(self) -> None:
        """Out of use; revoking it again changes nothing."""
        self.status = ScannerStatus.REVOKED
