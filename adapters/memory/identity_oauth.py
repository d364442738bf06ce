"""Applications and what they were let do, in memory."""

from datetime import datetime

from adapters.memory.database import (
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.identity_api_keys import Credentials, keep_credentials
from domain.identity.grant import Grant
from domain.identity.oauth_client import OAuthClient
from domain.identity.oauth_errors import (
    AuthorizationNotFound,
    InvalidGrant,
    OAuthClientNotFound,
)
from domain.identity.organization import Organization, OrganizationStatus
from domain.shared.ids import GrantId, OAuthClientId, OrganizationId, UserId

_OUT_OF_USE = (OrganizationStatus.SUSPENDED, OrganizationStatus.CLOSED)


class MemoryOAuthClients:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[OAuthClientId, OAuthClient] = tx.database.table("oauth_clients")
        self._organizations: MemoryTable[OrganizationId, Organization] = tx.database.table(
            "organizations"
        )

    async def living(self, client_id: OAuthClientId) -> OAuthClient:
        client = self._rows.get(client_id)
        if client is None or client.revoked_at is not None:
            raise OAuthClientNotFound
        owner = self._organizations.get(client.organization_id)
        if owner is None or owner.status in _OUT_OF_USE:
            raise OAuthClientNotFound
        return client

    async def lock(self, organization_id: OrganizationId, client_id: OAuthClientId) -> OAuthClient:
        client = self._rows.get(client_id)
        if client is None or client.organization_id != organization_id:
            raise OAuthClientNotFound
        return client

    async def count(self, organization_id: OrganizationId) -> int:
        return len(
            self._rows.where(
                lambda row: row.organization_id == organization_id and row.revoked_at is None
            )
        )

    async def add(self, client: OAuthClient) -> None:
        add_versioned(self._rows, client.id, client)

    async def save(self, client: OAuthClient) -> None:
        save_versioned(self._rows, client.id, client)


class MemoryGrants:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[GrantId, Grant] = tx.database.table("oauth_grants")
        self._credentials: Credentials = tx.database.table("credentials")

    async def lock(self, grant_id: GrantId) -> Grant:
        grant = self._rows.get(grant_id)
        if grant is None:
            raise InvalidGrant
        return grant

    async def lock_by(self, secret_hash: bytes) -> Grant:
        for grant in self._rows.where(
            lambda row: (
                secret_hash in (row.code_hash, row.refresh_hash, row.previous_refresh_hash)
                or any(token.hash == secret_hash for token in row.tokens)
            )
        ):
            return grant
        raise InvalidGrant

    async def lock_own(self, user_id: UserId, grant_id: GrantId) -> Grant:
        grant = self._rows.get(grant_id)
        if grant is None or grant.user_id != user_id:
            raise AuthorizationNotFound
        return grant

    async def add(self, grant: Grant) -> None:
        add_versioned(self._rows, grant.id, grant)
        keep_credentials(self._credentials, grant.id, grant.tokens)

    async def save(self, grant: Grant) -> None:
        save_versioned(self._rows, grant.id, grant)
        keep_credentials(self._credentials, grant.id, grant.tokens)

    async def end_all(self, client_id: OAuthClientId, at: datetime) -> None:
        for grant in self._rows.where(
            lambda row: row.client_id == client_id and row.ended_at is None
        ):
            grant.end(at=at)
            await self.save(grant)

    async def forget(self, client_id: OAuthClientId, before: datetime) -> None:
        for grant in self._rows.where(
            lambda row: (
                row.client_id == client_id
                and min(row.expires_at, row.ended_at or row.expires_at) <= before
            )
        ):
            self._rows.remove(grant.id)
            keep_credentials(self._credentials, grant.id, ())


class MemoryOAuthTransaction(MemoryTransaction):
    oauth_clients: MemoryOAuthClients
    grants: MemoryGrants

    def build(self) -> None:
        self.oauth_clients = MemoryOAuthClients(self)
        self.grants = MemoryGrants(self)
