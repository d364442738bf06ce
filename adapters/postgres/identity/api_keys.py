"""API keys in PostgreSQL."""

from typing import Any

from sqlalchemy import Column, Row, Table, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from adapters.postgres.identity.credentials import credentials_of, keep_credentials
from adapters.postgres.own_events import KnowsEvents
from adapters.postgres.rows import insert_row, update_row
from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from domain.identity.api_key import ApiKey
from domain.identity.api_key_errors import ApiKeyNotFound
from domain.identity.credential import Credential
from domain.shared.ids import ApiKeyId, EventId, OrganizationId, UserId
from domain.shared.permissions import Permission, RateTier

api_keys = Table(
    "api_keys",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    words("name"),
    words("prefix"),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("event_ids", ARRAY(Uuid(as_uuid=True))),
    words("rate_tier"),
    uid("created_by"),
    instant("created_at"),
    instant("expires_at", null=True),
    instant("revoked_at", null=True),
    version(),
    # Not the aggregate's: written beside it, whenever the key was used.
    instant("last_used_at", null=True),
)

_ALONE = (
    select(api_keys)
    .where(
        api_keys.c.organization_id == bindparam("organization_id"),
        api_keys.c.id == bindparam("id"),
    )
    .with_for_update()
)
_ORGANIZATION_ALONE = text("select from organizations where id = :id for no key update")
_LIVING = text("select count(*) from api_keys where organization_id = :id and revoked_at is null")


def api_key_to_row(key: ApiKey) -> dict[str, Any]:
    return {
        "organization_id": key.organization_id,
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": sorted(scope.value for scope in key.scopes),
        "event_ids": None if key.event_ids is None else list(key.event_ids),
        "rate_tier": key.rate_tier.value,
        "created_by": key.created_by,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }


def api_key_from_row(row: Row[Any], secrets: tuple[Credential, ...]) -> ApiKey:
    return ApiKey(
        organization_id=OrganizationId(row.organization_id),
        id=ApiKeyId(row.id),
        name=row.name,
        prefix=row.prefix,
        scopes=frozenset(map(Permission, row.scopes)),
        event_ids=None if row.event_ids is None else tuple(map(EventId, row.event_ids)),
        rate_tier=RateTier(row.rate_tier),
        created_by=UserId(row.created_by),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        secrets=secrets,
        version=row.version,
    )


class PostgresApiKeys:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, organization_id: OrganizationId, key_id: ApiKeyId) -> ApiKey:
        wanted = {"organization_id": organization_id, "id": key_id}
        row = (await self._connection.execute(_ALONE, wanted)).one_or_none()
        if row is None:
            raise ApiKeyNotFound
        return api_key_from_row(row, await credentials_of(self._connection, key_id))

    async def living(self, organization_id: OrganizationId) -> int:
        await self._connection.execute(_ORGANIZATION_ALONE, {"id": organization_id})
        return int(await self._connection.scalar(_LIVING, {"id": organization_id}) or 0)

    async def add(self, key: ApiKey) -> None:
        await insert_row(self._connection, api_keys, api_key_to_row(key))
        await keep_credentials(self._connection, key.id, key.secrets)
        key.version = 1

    async def save(self, key: ApiKey) -> None:
        row = api_key_to_row(key)
        await update_row(self._connection, api_keys, row, version=key.version)
        await keep_credentials(self._connection, key.id, key.secrets)
        key.version += 1


class PostgresApiKeyTransaction(KnowsEvents):
    api_keys: PostgresApiKeys

    def build(self) -> None:
        self.api_keys = PostgresApiKeys(self.connection)
