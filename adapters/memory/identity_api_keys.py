"""API keys in memory."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from adapters.memory.database import (
    MemoryDatabase,
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.own_events import KnowsEvents
from application.identity.api_key_ports import Borne
from application.shared.actor import Actor
from domain.identity.api_key import ApiKey
from domain.identity.api_key_errors import ApiKeyNotFound, InvalidApiKey
from domain.identity.credential import Credential
from domain.shared.ids import ApiKeyId, OrganizationId, SessionId, UserId
from domain.shared.permissions import Role


class MemoryCredential(NamedTuple):
    """A row of `credentials`."""

    owner_id: UUID
    credential: Credential


Credentials = MemoryTable[SessionId, MemoryCredential]


def keep_credentials(rows: Credentials, owner_id: UUID, kept: Collection[Credential]) -> None:
    """From now on these and no others."""
    for row in rows.where(lambda row: row.owner_id == owner_id):
        rows.remove(row.credential.id)
    for one in kept:
        rows.put(one.id, MemoryCredential(owner_id, one))


def credential_with(database: MemoryDatabase, secret_hash: bytes) -> MemoryCredential | None:
    """The living one with this hash."""
    rows: Credentials = database.table("credentials")
    for row in rows.where(lambda row: row.credential.hash == secret_hash):
        return row if row.credential.is_alive(database.clock()) else None
    return None


class MemoryApiKeys:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[ApiKeyId, ApiKey] = tx.database.table("api_keys")
        self._credentials: Credentials = tx.database.table("credentials")

    async def lock(self, organization_id: OrganizationId, key_id: ApiKeyId) -> ApiKey:
        key = self._rows.get(key_id)
        if key is None or key.organization_id != organization_id:
            raise ApiKeyNotFound
        return key

    async def living(self, organization_id: OrganizationId) -> int:
        return len(
            self._rows.where(
                lambda key: key.organization_id == organization_id and key.revoked_at is None
            )
        )

    async def add(self, key: ApiKey) -> None:
        add_versioned(self._rows, key.id, key)
        keep_credentials(self._credentials, key.id, key.secrets)

    async def save(self, key: ApiKey) -> None:
        save_versioned(self._rows, key.id, key)
        keep_credentials(self._credentials, key.id, key.secrets)


class MemoryApiKeyTransaction(KnowsEvents):
    api_keys: MemoryApiKeys

    def build(self) -> None:
        self.api_keys = MemoryApiKeys(self)


class MemoryApiKeyBearers:
    """Who is behind a key's secret, by looking at the same tables."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database

    async def behind(self, secret_hash: bytes) -> Borne:
        found = credential_with(self._database, secret_hash)
        key: ApiKey | None = found and self._database.table("api_keys").get(found.owner_id)
        if found is None or key is None or key.revoked_at is not None:
            raise InvalidApiKey
        limits = {} if key.event_ids is None else {key.organization_id: frozenset(key.event_ids)}
        actor = Actor(
            user_id=UserId(key.id),
            session_id=found.credential.id,
            email="",
            name=key.name,
            memberships={key.organization_id: Role.OWNER},
            powers=key.scopes,
            limited_to=limits,
            acts_as="api_key",
            personal=frozenset(),
            rate_tier=key.rate_tier,
        )
        return Borne(actor, found.credential.expires_at)
