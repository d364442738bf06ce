"""What API keys ask of the world."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from msgspec import Struct

from application.shared.actor import Actor
from application.shared.messages import View
from application.shared.own_events import KnowsEvents
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.identity.api_key import ApiKey
from domain.shared.ids import ApiKeyId, EventId, OrganizationId, UserId
from domain.shared.permissions import Permission, RateTier
from domain.shared.words import Word


class ApiKeys(Protocol):
    """The keys of organisations, each with its secrets."""

    # Alone until the commit. Raises ApiKeyNotFound.
    async def lock(self, organization_id: OrganizationId, key_id: ApiKeyId) -> ApiKey: ...

    # How many are not revoked; no other key of the organisation is made until the commit.
    async def living(self, organization_id: OrganizationId) -> int: ...

    async def add(self, key: ApiKey) -> None: ...

    # Secrets that it no longer has are gone. Raises StaleVersion.
    async def save(self, key: ApiKey) -> None: ...


class ApiKeyTransaction(Transaction, KnowsEvents, Protocol):
    @property
    def api_keys(self) -> ApiKeys: ...


BeginApiKeys = Callable[[Scope], AbstractAsyncContextManager[ApiKeyTransaction]]


class Borne(NamedTuple):
    """Whom a secret stands for."""

    actor: Actor
    expires_at: datetime | None
    owners: tuple[UUID, ...] = ()
    """Who else is forgotten together with it."""


class Bearers(Protocol):
    """Who is behind a secret: asked when it is not remembered."""

    # Raises an Unauthenticated if it opens nothing, or nothing any more.
    async def behind(self, secret_hash: bytes) -> Borne: ...


class RememberedKeys(Protocol):
    """What this process remembers of keys; other processes forget within 5 s."""

    def forget_key(self, key_id: ApiKeyId) -> None: ...


class ApiKeyIssued(Struct, frozen=True):
    """A secret that is told once and kept nowhere."""

    key_id: ApiKeyId
    secret: str


class ApiKeyStatus(Word):
    """Whether it opens anything."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class ApiKeyView(View):
    id: ApiKeyId
    organization_id: OrganizationId
    name: str
    prefix: str
    """How the secret begins, so that people can tell two apart."""
    status: ApiKeyStatus
    scopes: list[Permission]
    event_ids: list[EventId] | None
    """The events it works for; null is every event."""
    rate_tier: RateTier
    created_by: UserId
    created_at: datetime
    expires_at: datetime | None
    previous_secret_expires_at: datetime | None
    """Until when the secret before the last rotation goes on."""
    revoked_at: datetime | None
    last_used_at: datetime | None
    """To the minute."""
