"""Applications and what they were let do, in PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, Row, Select, Table, Text, bindparam, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.identity.credentials import (
    credentials,
    credentials_of,
    keep_credentials,
)
from adapters.postgres.identity.tables import organizations
from adapters.postgres.rows import insert_row, update_row
from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from adapters.postgres.transaction import PostgresTransaction
from domain.identity.credential import Credential
from domain.identity.grant import Grant
from domain.identity.oauth_client import OAuthClient
from domain.identity.oauth_errors import (
    AuthorizationNotFound,
    InvalidGrant,
    OAuthClientNotFound,
)
from domain.identity.oauth_scope import OAuthScope
from domain.shared.errors import DomainError
from domain.shared.ids import GrantId, OAuthClientId, OrganizationId, UserId

oauth_clients = Table(
    "oauth_clients",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    words("name"),
    Column("redirect_uris", ARRAY(Text), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("secret_hash", LargeBinary),
    uid("created_by"),
    instant("created_at"),
    instant("revoked_at", null=True),
    version(),
)

oauth_grants = Table(
    "oauth_grants",
    SCHEMA,
    uid("id", key=True),
    uid("client_id"),
    uid("client_organization_id"),
    uid("user_id", null=True),
    Column("scopes", ARRAY(Text), nullable=False),
    instant("created_at"),
    instant("expires_at"),
    Column("code_hash", LargeBinary),
    words("redirect_uri", null=True),
    words("challenge", null=True),
    instant("exchanged_at", null=True),
    Column("refresh_hash", LargeBinary),
    Column("previous_refresh_hash", LargeBinary),
    instant("ended_at", null=True),
    version(),
)

_CLIENT = (
    select(oauth_clients)
    .join_from(oauth_clients, organizations, organizations.c.id == oauth_clients.c.organization_id)
    .where(
        oauth_clients.c.id == bindparam("id"),
        oauth_clients.c.revoked_at.is_(None),
        organizations.c.status.not_in(["suspended", "closed"]),
    )
)
_CLIENT_ALONE = (
    select(oauth_clients)
    .where(
        oauth_clients.c.organization_id == bindparam("organization_id"),
        oauth_clients.c.id == bindparam("id"),
    )
    .with_for_update()
)
_ORGANIZATION_ALONE = text("select from organizations where id = :id for no key update")
_LIVING = text(
    "select count(*) from oauth_clients where organization_id = :id and revoked_at is null"
)
# Whoever waited here sees the row as the winner left it: the same secret is now a used one.
_GRANT_BY = (
    select(oauth_grants)
    .where(
        or_(
            oauth_grants.c.code_hash == bindparam("hash"),
            oauth_grants.c.refresh_hash == bindparam("hash"),
            oauth_grants.c.previous_refresh_hash == bindparam("hash"),
            oauth_grants.c.id
            == select(credentials.c.owner_id)
            .where(credentials.c.hash == bindparam("hash"))
            .scalar_subquery(),
        )
    )
    .with_for_update()
)
_GRANT_ALONE = select(oauth_grants).where(oauth_grants.c.id == bindparam("id")).with_for_update()
_OWN_GRANT = (
    select(oauth_grants)
    .where(
        oauth_grants.c.id == bindparam("id"),
        oauth_grants.c.user_id == bindparam("user_id"),
    )
    .with_for_update()
)
_END_ALL = text(
    """
    with ended as (
        update oauth_grants set ended_at = :at, version = version + 1
        where client_id = :client_id and ended_at is null returning id
    )
    delete from credentials using ended where credentials.owner_id = ended.id
    """
)
_FORGET = text(
    """
    with gone as (
        delete from oauth_grants
        where client_id = :client_id and (expires_at <= :before or ended_at <= :before)
        returning id
    )
    delete from credentials using gone where credentials.owner_id = gone.id
    """
)


def client_to_row(client: OAuthClient) -> dict[str, Any]:
    return {
        "organization_id": client.organization_id,
        "id": client.id,
        "name": client.name,
        "redirect_uris": list(client.redirect_uris),
        "scopes": client.scope.words(),
        "secret_hash": client.secret_hash,
        "created_by": client.created_by,
        "created_at": client.created_at,
        "revoked_at": client.revoked_at,
    }


def client_from_row(row: Row[Any]) -> OAuthClient:
    return OAuthClient(
        organization_id=OrganizationId(row.organization_id),
        id=OAuthClientId(row.id),
        name=row.name,
        redirect_uris=tuple(row.redirect_uris),
        scope=OAuthScope.of(row.scopes),
        secret_hash=row.secret_hash,
        created_by=UserId(row.created_by),
        created_at=row.created_at,
        revoked_at=row.revoked_at,
        version=row.version,
    )


def grant_to_row(grant: Grant) -> dict[str, Any]:
    return {
        "id": grant.id,
        "client_id": grant.client_id,
        "client_organization_id": grant.organization_id,
        "user_id": grant.user_id,
        "scopes": grant.scope.words(),
        "created_at": grant.created_at,
        "expires_at": grant.expires_at,
        "code_hash": grant.code_hash,
        "redirect_uri": grant.redirect_uri,
        "challenge": grant.challenge,
        "exchanged_at": grant.exchanged_at,
        "refresh_hash": grant.refresh_hash,
        "previous_refresh_hash": grant.previous_refresh_hash,
        "ended_at": grant.ended_at,
    }


def grant_from_row(row: Row[Any], tokens: tuple[Credential, ...]) -> Grant:
    return Grant(
        id=GrantId(row.id),
        client_id=OAuthClientId(row.client_id),
        organization_id=OrganizationId(row.client_organization_id),
        user_id=None if row.user_id is None else UserId(row.user_id),
        scope=OAuthScope.of(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        code_hash=row.code_hash,
        redirect_uri=row.redirect_uri,
        challenge=row.challenge,
        exchanged_at=row.exchanged_at,
        refresh_hash=row.refresh_hash,
        previous_refresh_hash=row.previous_refresh_hash,
        ended_at=row.ended_at,
        tokens=tokens,
        version=row.version,
    )


class PostgresOAuthClients:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def living(self, client_id: OAuthClientId) -> OAuthClient:
        row = (await self._connection.execute(_CLIENT, {"id": client_id})).one_or_none()
        if row is None:
            raise OAuthClientNotFound
        return client_from_row(row)

    async def lock(self, organization_id: OrganizationId, client_id: OAuthClientId) -> OAuthClient:
        wanted = {"organization_id": organization_id, "id": client_id}
        row = (await self._connection.execute(_CLIENT_ALONE, wanted)).one_or_none()
        if row is None:
            raise OAuthClientNotFound
        return client_from_row(row)

    async def count(self, organization_id: OrganizationId) -> int:
        await self._connection.execute(_ORGANIZATION_ALONE, {"id": organization_id})
        return int(await self._connection.scalar(_LIVING, {"id": organization_id}) or 0)

    async def add(self, client: OAuthClient) -> None:
        await insert_row(self._connection, oauth_clients, client_to_row(client))
        client.version = 1

    async def save(self, client: OAuthClient) -> None:
        row = client_to_row(client)
        await update_row(self._connection, oauth_clients, row, version=client.version)
        client.version += 1


class PostgresGrants:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, grant_id: GrantId) -> Grant:
        return await self._one(_GRANT_ALONE, InvalidGrant, id=grant_id)

    async def lock_by(self, secret_hash: bytes) -> Grant:
        return await self._one(_GRANT_BY, InvalidGrant, hash=secret_hash)

    async def lock_own(self, user_id: UserId, grant_id: GrantId) -> Grant:
        return await self._one(_OWN_GRANT, AuthorizationNotFound, id=grant_id, user_id=user_id)

    async def add(self, grant: Grant) -> None:
        await insert_row(self._connection, oauth_grants, grant_to_row(grant))
        await keep_credentials(self._connection, grant.id, grant.tokens)
        grant.version = 1

    async def save(self, grant: Grant) -> None:
        row = grant_to_row(grant)
        await update_row(self._connection, oauth_grants, row, version=grant.version)
        await keep_credentials(self._connection, grant.id, grant.tokens)
        grant.version += 1

    async def _one(self, statement: Select[Any], missing: type[DomainError], **keys: Any) -> Grant:
        row = (await self._connection.execute(statement, keys)).one_or_none()
        if row is None:
            raise missing
        return grant_from_row(row, await credentials_of(self._connection, row.id))

    async def end_all(self, client_id: OAuthClientId, at: datetime) -> None:
        await self._connection.execute(_END_ALL, {"client_id": client_id, "at": at})

    async def forget(self, client_id: OAuthClientId, before: datetime) -> None:
        await self._connection.execute(_FORGET, {"client_id": client_id, "before": before})


class PostgresOAuthTransaction(PostgresTransaction):
    oauth_clients: PostgresOAuthClients
    grants: PostgresGrants

    def build(self) -> None:
        self.oauth_clients = PostgresOAuthClients(self.connection)
        self.grants = PostgresGrants(self.connection)
