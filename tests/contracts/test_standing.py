"""Members of suspended organisations: memory and PostgreSQL keep the same promises."""

import pytest
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity import MemoryIdentityTransaction
from adapters.postgres import database
from adapters.postgres.database import Database
from adapters.postgres.identity.store import PostgresIdentityTransaction
from application.identity.ports import BeginIdentity
from tests.contracts.standing_contract import StandingContract


class TestMemoryStanding(StandingContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginIdentity:
        return memory.beginner(MemoryIdentityTransaction)


class TestPostgresStanding(StandingContract):
    @pytest.fixture
    def begin(self, postgres: Database) -> BeginIdentity:
        return postgres.beginner(PostgresIdentityTransaction)


PROMISES = [name for name in vars(StandingContract) if name.startswith("test_")]


@pytest.mark.parametrize("promise", PROMISES)
async def test_who_does_not_look_is_caught(
    promise: str, memory: MemoryDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryDatabase, "_refuse_lost", lambda *_: None)

    with pytest.raises(pytest.fail.Exception):
        begin: BeginIdentity = memory.beginner(MemoryIdentityTransaction)
        await getattr(StandingContract(), promise)(begin)


@pytest.mark.parametrize("promise", PROMISES)
async def test_a_statement_that_does_not_look_is_caught(
    promise: str, postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = str(database._OPEN_FOR_MEMBERS).replace("'closed', 'suspended'", "'pending'")
    monkeypatch.setattr(database, "_OPEN_FOR_MEMBERS", text(blind))

    with pytest.raises(pytest.fail.Exception):
        begin: BeginIdentity = postgres.beginner(PostgresIdentityTransaction)
        await getattr(StandingContract(), promise)(begin)
