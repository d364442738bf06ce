"""API keys: memory and PostgreSQL keep the same promises."""

from uuid import UUID

import psycopg
import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_api_keys import (
    MemoryApiKeyBearers,
    MemoryApiKeys,
    MemoryApiKeyTransaction,
    keep_credentials,
)
from adapters.postgres.database import Database
from adapters.postgres.identity.api_keys import PostgresApiKeyTransaction
from application.identity.api_key_ports import Bearers, BeginApiKeys
from domain.identity.api_key import ApiKey
from domain.shared.ids import ApiKeyId, OrganizationId
from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.contracts.api_keys_contract import ApiKeysContract

HOUSE, NEIGHBOUR = OrganizationId(UUID(int=101)), OrganizationId(UUID(int=102))


class TestMemoryApiKeys(ApiKeysContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginApiKeys:
        return memory.beginner(MemoryApiKeyTransaction)

    @pytest.fixture
    def bearers(self, memory: MemoryDatabase) -> Bearers:
        return MemoryApiKeyBearers(memory)

    @pytest.fixture
    def house(self) -> OrganizationId:
        return HOUSE

    @pytest.fixture
    def neighbour(self) -> OrganizationId:
        return NEIGHBOUR


class TestPostgresApiKeys(ApiKeysContract):
    @pytest.fixture
    def begin(self, postgres: Database) -> BeginApiKeys:
        return postgres.beginner(PostgresApiKeyTransaction)

    @pytest.fixture
    def bearers(self, container: Container) -> Bearers:
        bearers: Bearers = container.key_bearers.bearers()
        return bearers

    @pytest.fixture
    def house(self, emptied: None, owner_connection: psycopg.Connection[object]) -> OrganizationId:
        return founded(owner_connection, HOUSE)

    @pytest.fixture
    def neighbour(
        self, emptied: None, owner_connection: psycopg.Connection[object]
    ) -> OrganizationId:
        return founded(owner_connection, NEIGHBOUR)


def founded(connection: psycopg.Connection[object], id_: OrganizationId) -> OrganizationId:
    connection.execute(
        "insert into organizations values (%s, 'Rock', %s, 'promoter', 'active', 'USD', 0, 0,"
        " %s, %s, 1)",
        (id_, str(id_), VirtualClock().now, VirtualClock().now),
    )
    return id_


class _KeepsOldSecrets(MemoryApiKeys):
    async def save(self, key: ApiKey) -> None:
        secrets, key.secrets = key.secrets, (await self.lock(key.organization_id, key.id)).secrets
        await super().save(key)
        key.secrets = secrets


class _ServesNeighbours(MemoryApiKeys):
    async def lock(self, organization_id: OrganizationId, key_id: ApiKeyId) -> ApiKey:
        key = self._rows.get(key_id)
        assert key is not None
        return key


class _CountsTheDead(MemoryApiKeys):
    async def living(self, organization_id: OrganizationId) -> int:
        return len(self._rows)


class _ForgetsTheEnd(MemoryApiKeys):
    async def add(self, key: ApiKey) -> None:
        await super().add(key)
        kept = [
            type(secret)(id=secret.id, hash=secret.hash, expires_at=None) for secret in key.secrets
        ]
        keep_credentials(self._credentials, key.id, kept)


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (_KeepsOldSecrets, "test_no_transaction_begins_with_a_secret_that_is_gone"),
        (_ForgetsTheEnd, "test_each_secret_opens_until_its_end"),
        (_ServesNeighbours, "test_a_key_is_its_organisations"),
        (_CountsTheDead, "test_the_living_are_counted_by_organisation"),
    ],
)
async def test_a_broken_store_is_caught(
    memory: MemoryDatabase, clock: VirtualClock, saboteur: type[MemoryApiKeys], promise: str
) -> None:
    class Sabotaged(MemoryApiKeyTransaction):
        def build(self) -> None:
            self.api_keys = saboteur(self)

    given = {
        "begin": memory.beginner(Sabotaged),
        "bearers": MemoryApiKeyBearers(memory),
        "house": HOUSE,
        "neighbour": NEIGHBOUR,
        "clock": clock,
    }
    contract = getattr(ApiKeysContract(), promise)
    asked = {name: given[name] for name in contract.__code__.co_varnames if name in given}

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        await contract(**asked)
