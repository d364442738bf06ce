"""An organisation's terms: memory and PostgreSQL keep the same promises."""

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_terms import (
    MemoryCustomDomains,
    MemoryOnePerOrganization,
    MemoryTermsTransaction,
)
from adapters.postgres.database import Database
from adapters.postgres.identity.terms import PostgresTermsTransaction
from application.identity.terms_ports import BeginTerms
from domain.identity.custom_domain import CustomDomain
from tests.contracts.terms_contract import TermsContract


class TestMemoryTerms(TermsContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginTerms:
        return memory.beginner(MemoryTermsTransaction)


class TestPostgresTerms(TermsContract):
    @pytest.fixture
    def begin(self, postgres: Database) -> BeginTerms:
        return postgres.beginner(PostgresTermsTransaction)


class _GivesADomainToTwo(MemoryCustomDomains):
    async def save(self, kept: CustomDomain) -> None:
        await MemoryOnePerOrganization.save(self, kept)


async def test_a_domain_that_two_have_is_caught(memory: MemoryDatabase) -> None:
    class Sabotaged(MemoryTermsTransaction):
        def build(self) -> None:
            super().build()
            self.custom_domains = _GivesADomainToTwo(self, "custom_domains")

    contract = TermsContract()
    with pytest.raises(pytest.fail.Exception):
        await contract.test_a_domain_is_claimed_by_many_and_proved_by_one(
            memory.beginner(Sabotaged)
        )
