"""A key with which third parties work for an organisation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from domain.identity.api_key_errors import (
    ApiKeyRevoked,
    InvalidExpiry,
    InvalidKeyEvents,
    InvalidOverlap,
    InvalidScopes,
)
from domain.identity.credential import Credential
from domain.shared.aggregate import Aggregate
from domain.shared.ids import ApiKeyId, EventId, OrganizationId, SessionId, UserId
from domain.shared.names import clean_name
from domain.shared.permissions import Permission, RateTier
from domain.shared.secret_text import hash_of_secret, prefix_of

WITHHELD = frozenset(
    {
        Permission.MEMBERS_MANAGE,
        Permission.INTEGRATIONS_MANAGE,
        Permission.PAYOUTS_MANAGE,
        Permission.ORGANIZATION_CLOSE,
    }
)
"""What no key may do: let people or keys in, move the money's way, or end the organisation. Who
steals a key can then be shut out for good by revoking it."""

GRANTABLE = frozenset(Permission) - WITHHELD

EVENTS_MAX = 1000
OVERLAP = timedelta(hours=24)
OVERLAP_MAX = timedelta(days=7)
LIVING_MAX = 100
"""Keys of one organisation that are not revoked."""


@dataclass(slots=True, kw_only=True)
class ApiKey(Aggregate):
    """May do what its scopes say, to all events or to some; revoked is for ever.

    It has one secret, or two for the while after a rotation. A revoked key has none.
    """

    organization_id: OrganizationId
    id: ApiKeyId
    name: str
    prefix: str
    scopes: frozenset[Permission]
    event_ids: tuple[EventId, ...] | None = None
    """None is every event, also those to come."""
    rate_tier: RateTier = RateTier.STANDARD
    created_by: UserId
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    secrets: tuple[Credential, ...]
    """The newest first."""

    def __post_init__(self) -> None:
        self.name = clean_name(self.name, field="name", longest=100)

    @classmethod
    def issue(
        cls,
        organization_id: OrganizationId,
        id: ApiKeyId,
        secret_id: SessionId,
        text: str,
        *,
        name: str,
        scopes: Collection[Permission],
        event_ids: Collection[EventId] | None,
        rate_tier: RateTier,
        expires_at: datetime | None,
        by: UserId,
        at: datetime,
    ) -> Self:
        """A new key with its first secret. Raises Invalid for what makes no key."""
        _require_grantable(scopes)
        _require_future(expires_at, at)
        secret = Credential(id=secret_id, hash=hash_of_secret(text), expires_at=expires_at)
        return cls(
            organization_id=organization_id,
            id=id,
            name=name,
            prefix=prefix_of(text),
            scopes=frozenset(scopes),
            event_ids=_some(event_ids),
            rate_tier=rate_tier,
            created_by=by,
            created_at=at,
            expires_at=expires_at,
            secrets=(secret,),
        )

    def rename(self, name: str) -> None:
        self.name = clean_name(name, field="name", longest=100)

    def allow(self, scopes: Collection[Permission]) -> None:
        """From now on these and no others. Raises InvalidScopes."""
        _require_grantable(scopes)
        self.scopes = frozenset(scopes)

    def limit_to(self, event_ids: Collection[EventId] | None) -> None:
        """From now on these events; None is every event. Raises InvalidKeyEvents."""
        self.event_ids = _some(event_ids)

    def expire(self, expires_at: datetime | None, *, at: datetime) -> None:
        """Its end is then, or never; a secret that is being replaced does not outlive its overlap.

        Raises InvalidExpiry.
        """
        _require_future(expires_at, at)
        newest, *older = self.secrets
        self.expires_at = expires_at
        self.secrets = (_ending(newest, expires_at), *(_cut(old, expires_at) for old in older))

    def rotate(self, secret_id: SessionId, text: str, *, overlap: timedelta, at: datetime) -> None:
        """A new secret; the newest before it goes on for the overlap, any older one ends now.

        Raises InvalidOverlap, InvalidExpiry if the key itself has expired.
        """
        if not timedelta() <= overlap <= OVERLAP_MAX:
            raise InvalidOverlap
        _require_future(self.expires_at, at)
        new = Credential(id=secret_id, hash=hash_of_secret(text), expires_at=self.expires_at)
        replaced = _cut(self.secrets[0], at + overlap)
        self.secrets = (new, replaced) if replaced.is_alive(at) else (new,)
        self.prefix = prefix_of(text)

    def revoke(self, *, at: datetime) -> None:
        """End it and all its secrets; ending it twice changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = at
            self.secrets = ()

    def require_living(self) -> None:
        """Raises ApiKeyRevoked."""
        if self.revoked_at is not None:
            raise ApiKeyRevoked


def _require_grantable(scopes: Collection[Permission]) -> None:
    withheld = set(scopes) & WITHHELD
    if withheld:
        raise InvalidScopes("No key may do this.", scopes=sorted(one.value for one in withheld))
    if not scopes:
        raise InvalidScopes("A key has at least one scope.")


def _require_future(expires_at: datetime | None, at: datetime) -> None:
    if expires_at is not None and expires_at <= at:
        raise InvalidExpiry


def _some(event_ids: Collection[EventId] | None) -> tuple[EventId, ...] | None:
    if event_ids is None:
        return None
    if not 0 < len(set(event_ids)) <= EVENTS_MAX:
        raise InvalidKeyEvents(maximum=EVENTS_MAX)
    return tuple(sorted(set(event_ids)))


def _ending(secret: Credential, expires_at: datetime | None) -> Credential:
    return Credential(id=secret.id, hash=secret.hash, expires_at=expires_at)


def _cut(secret: Credential, at: datetime | None) -> Credential:
    """The secret, ending then if it would go on for longer."""
    ends = [end for end in (secret.expires_at, at) if end is not None]
    return _ending(secret, min(ends, default=None))
