"""Applications and what they were let do: memory and PostgreSQL keep the same promises."""

import dataclasses
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import bindparam, select

from adapters.memory.database import MemoryDatabase, MemoryTable
from adapters.memory.identity_api_keys import keep_credentials
from adapters.memory.identity_oauth import (
    MemoryGrants,
    MemoryOAuthClients,
    MemoryOAuthTransaction,
)
from adapters.postgres.database import Database
from adapters.postgres.identity import oauth
from adapters.postgres.identity.oauth import PostgresOAuthTransaction
from adapters.postgres.identity.store import PostgresIdentityTransaction
from application.shared.scope import PUBLIC
from domain.identity.grant import Grant
from domain.identity.oauth_client import OAuthClient
from domain.identity.oauth_errors import InvalidGrant
from domain.identity.organization import Organization, OrganizationStatus
from domain.shared.errors import DomainError
from domain.shared.ids import GrantId, OAuthClientId, OrganizationId, UserId
from tests.contracts.identity_contract import a_user, an_organization
from tests.contracts.oauth_contract import Ground, OAuthContract
from tests.contracts.test_api_keys import HOUSE, NEIGHBOUR, founded

ADA, BOB = UserId(UUID(int=201)), UserId(UUID(int=202))


@pytest_asyncio.fixture(loop_scope="session")
async def on_postgres(postgres: Database, owner_connection: psycopg.Connection[object]) -> Ground:
    people = [a_user("ada@example.com"), a_user("bob@example.com")]
    async with postgres.beginner(PostgresIdentityTransaction)(PUBLIC) as tx:
        for one in people:
            await tx.users.add(one)
    house, neighbour = (founded(owner_connection, one) for one in (HOUSE, NEIGHBOUR))
    ada, bob = (one.id for one in people)
    begin = postgres.beginner(PostgresOAuthTransaction)

    def suspend(organization_id: OrganizationId) -> None:
        owner_connection.execute(
            "update organizations set status = 'suspended' where id = %s", (organization_id,)
        )

    return Ground(begin, house, neighbour, ada, bob, suspend)


def on_memory(
    memory: MemoryDatabase, kind: type[MemoryOAuthTransaction] = MemoryOAuthTransaction
) -> Ground:
    rows: MemoryTable[OrganizationId, Organization] = memory.table("organizations")
    for id_ in (HOUSE, NEIGHBOUR):
        rows.put(id_, dataclasses.replace(an_organization(str(id_)), id=id_))

    def suspend(organization_id: OrganizationId) -> None:
        house = rows.get(organization_id)
        assert house is not None
        rows.put(house.id, dataclasses.replace(house, status=OrganizationStatus.SUSPENDED))

    return Ground(memory.beginner(kind), HOUSE, NEIGHBOUR, ADA, BOB, suspend)


class TestMemoryOAuth(OAuthContract):
    @pytest.fixture
    def ground(self, memory: MemoryDatabase) -> Ground:
        return on_memory(memory)


class TestPostgresOAuth(OAuthContract):
    @pytest.fixture
    def ground(self, on_postgres: Ground) -> Ground:
        return on_postgres


class _FindsTheDead(MemoryOAuthClients):
    async def living(self, client_id: OAuthClientId) -> OAuthClient:
        client = self._rows.get(client_id)
        assert client is not None
        return client


class _ServesNeighbours(MemoryOAuthClients):
    async def lock(self, organization_id: OrganizationId, client_id: OAuthClientId) -> OAuthClient:
        client = self._rows.get(client_id)
        assert client is not None
        return client


class _CountsTheDead(MemoryOAuthClients):
    async def count(self, organization_id: OrganizationId) -> int:
        return len(self._rows)


class _KeepsTheSecret(MemoryOAuthClients):
    async def save(self, client: OAuthClient) -> None:
        known = self._rows.get(client.id)
        assert known is not None
        rotated, client.secret_hash = client.secret_hash, known.secret_hash
        await super().save(client)
        client.secret_hash = rotated


class _KnowsTheLastAlone(MemoryGrants):
    async def lock_by(self, secret_hash: bytes) -> Grant:
        grant = await super().lock_by(secret_hash)
        if secret_hash == grant.previous_refresh_hash:
            raise InvalidGrant
        return grant


class _AnybodysConsent(MemoryGrants):
    async def lock_own(self, user_id: UserId, grant_id: GrantId) -> Grant:
        return await self.lock(grant_id)


class _KeepsTokens(MemoryGrants):
    async def save(self, grant: Grant) -> None:
        known = self._credentials.where(lambda row: row.owner_id == grant.id)
        await super().save(grant)
        kept = {one.id: one for one in (*(row.credential for row in known), *grant.tokens)}
        keep_credentials(self._credentials, grant.id, tuple(kept.values()))


class _EndsEverybodys(MemoryGrants):
    async def end_all(self, client_id: OAuthClientId, at: datetime) -> None:
        for other in {row.client_id for row in self._rows.rows()}:
            await super().end_all(other, at)


class _EndsAgain(MemoryGrants):
    async def end_all(self, client_id: OAuthClientId, at: datetime) -> None:
        await super().end_all(client_id, at)
        for grant in self._rows.where(lambda row: row.client_id == client_id):
            grant.ended_at = at
            await self.save(grant)


class _ForgetsNothing(MemoryGrants):
    async def forget(self, client_id: OAuthClientId, before: datetime) -> None:
        pass


class _ForgetsWhateverEnded(MemoryGrants):
    async def forget(self, client_id: OAuthClientId, before: datetime) -> None:
        await super().forget(client_id, before)
        self._drop(self._rows.where(lambda row: row.ended_at is not None))

    def _drop(self, grants: Collection[Grant]) -> None:
        for grant in grants:
            self._rows.remove(grant.id)


def _sabotaged(
    clients: type[MemoryOAuthClients] = MemoryOAuthClients,
    grants: type[MemoryGrants] = MemoryGrants,
) -> type[MemoryOAuthTransaction]:
    class Sabotaged(MemoryOAuthTransaction):
        def build(self) -> None:
            self.oauth_clients = clients(self)
            self.grants = grants(self)

    return Sabotaged


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (_sabotaged(_FindsTheDead), "test_whoever_asks_finds_a_living_client"),
        (_sabotaged(_ServesNeighbours), "test_a_client_is_its_organisations"),
        (_sabotaged(_CountsTheDead), "test_the_living_are_counted_by_organisation"),
        (_sabotaged(_KeepsTheSecret), "test_a_client_comes_back_equal"),
        (
            _sabotaged(grants=_KnowsTheLastAlone),
            "test_a_grant_is_found_by_what_was_given_last",
        ),
        (_sabotaged(grants=_AnybodysConsent), "test_what_somebody_allowed_is_theirs_alone"),
        (_sabotaged(grants=_KeepsTokens), "test_a_token_that_is_gone_begins_no_transaction"),
        (_sabotaged(grants=_EndsEverybodys), "test_a_client_ends_with_all_that_it_was_given"),
        (_sabotaged(grants=_EndsAgain), "test_a_client_ends_with_all_that_it_was_given"),
        (_sabotaged(grants=_ForgetsNothing), "test_what_is_over_is_forgotten_and_nothing_else"),
        (
            _sabotaged(grants=_ForgetsWhateverEnded),
            "test_what_is_over_is_forgotten_and_nothing_else",
        ),
    ],
)
async def test_a_broken_store_is_caught(
    memory: MemoryDatabase, saboteur: type[MemoryOAuthTransaction], promise: str
) -> None:
    ground = on_memory(memory, saboteur)

    await _catches(promise, ground)


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        ("_GRANT_BY", "test_one_of_many_at_once_has_the_code_and_each_sees_the_last"),
        ("_GRANT_ALONE", "test_one_of_many_at_once_has_the_refresh_token"),
    ],
)
async def test_a_grant_read_without_its_lock_is_caught(
    on_postgres: Ground, monkeypatch: pytest.MonkeyPatch, statement: str, promise: str
) -> None:
    unlocked = {
        "_GRANT_BY": select(oauth.oauth_grants).where(
            oauth.oauth_grants.c.code_hash == bindparam("hash")
        ),
        "_GRANT_ALONE": select(oauth.oauth_grants).where(
            oauth.oauth_grants.c.id == bindparam("id")
        ),
    }
    monkeypatch.setattr(oauth, statement, unlocked[statement])

    await _catches(promise, on_postgres)


async def _catches(promise: str, ground: Ground) -> None:
    """The named promise fails: by its own assertion, or because a wrong error comes out."""
    with pytest.raises((AssertionError, DomainError, pytest.fail.Exception)):
        await getattr(OAuthContract(), promise)(ground)
