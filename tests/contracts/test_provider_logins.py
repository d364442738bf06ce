"""Login flows and linked identities: memory and PostgreSQL keep the same promises."""

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_providers import (
    MemoryLinkedIdentities,
    MemoryLoginFlows,
    MemoryProviderLoginTransaction,
)
from adapters.postgres.database import Database
from adapters.postgres.identity import provider_logins
from adapters.postgres.identity.provider_logins import PostgresProviderLoginTransaction
from application.identity.provider_ports import BeginProviderLogin
from domain.identity.linked_identity import LinkedIdentity
from domain.identity.login_flow import LoginFlow
from domain.shared.errors import DomainError
from tests.contracts.provider_logins_contract import ProviderLoginsContract


class TestMemoryProviderLogins(ProviderLoginsContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginProviderLogin:
        return memory.beginner(MemoryProviderLoginTransaction)


class TestPostgresProviderLogins(ProviderLoginsContract):
    @pytest.fixture
    def begin(self, postgres: Database) -> BeginProviderLogin:
        return postgres.beginner(PostgresProviderLoginTransaction)


class _ForgetsWhoTook(MemoryLoginFlows):
    async def save(self, flow: LoginFlow) -> None:
        flow.taken_at = None
        await super().save(flow)


class _MindsTheSubjectAlone(MemoryLinkedIdentities):
    async def find(self, issuer: str, subject: str) -> LinkedIdentity | None:
        return next(iter(self._rows.where(lambda row: row.subject == subject)), None)


class _TakesTwice(MemoryLinkedIdentities):
    async def add(self, identity: LinkedIdentity) -> None:
        self._rows.put(identity.id, identity)


def _sabotaged(
    flows: type[MemoryLoginFlows] = MemoryLoginFlows,
    identities: type[MemoryLinkedIdentities] = MemoryLinkedIdentities,
) -> type[MemoryProviderLoginTransaction]:
    class Sabotaged(MemoryProviderLoginTransaction):
        def build(self) -> None:
            super().build()
            self.login_flows = flows(self)
            self.linked_identities = identities(self)

    return Sabotaged


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (_sabotaged(flows=_ForgetsWhoTook), "test_of_many_at_once_one_takes_a_flow"),
        (
            _sabotaged(identities=_MindsTheSubjectAlone),
            "test_an_identity_is_found_by_issuer_and_subject_together",
        ),
        (_sabotaged(identities=_TakesTwice), "test_an_identity_opens_one_account"),
    ],
)
async def test_a_broken_store_is_caught(
    memory: MemoryDatabase, saboteur: type[MemoryProviderLoginTransaction], promise: str
) -> None:
    await _catches(promise, memory.beginner(saboteur))


async def test_a_flow_read_without_its_lock_is_caught(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_logins, "_FLOW_ALONE", provider_logins._FLOW)

    begin = postgres.beginner(PostgresProviderLoginTransaction)
    await _catches("test_of_many_at_once_one_takes_a_flow", begin)


async def _catches(promise: str, begin: BeginProviderLogin) -> None:
    """The named promise fails: by its own assertion, or because a wrong error comes out."""
    with pytest.raises((AssertionError, DomainError, pytest.fail.Exception)):
        await getattr(ProviderLoginsContract(), promise)(begin)
