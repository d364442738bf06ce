"""Second factors, passkeys and challenges: memory and PostgreSQL keep the same promises."""

import dataclasses

import pytest
from sqlalchemy import bindparam, select

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_challenges import MemorySpentChallenges
from adapters.memory.identity_passkeys import (
    MemoryFactorTransaction,
    MemoryPasskeys,
)
from adapters.memory.identity_second_factors import MemorySecondFactors
from adapters.postgres.database import Database
from adapters.postgres.identity import second_factors
from adapters.postgres.identity.factor_tables import second_factors as table
from adapters.postgres.identity.passkeys import PostgresFactorTransaction
from application.identity.factor_ports import BeginFactors
from application.identity.ports import Factors
from domain.identity.challenge import Challenge
from domain.identity.passkey import Passkey
from domain.identity.second_factor import SecondFactor
from domain.shared.errors import DomainError
from domain.shared.ids import PasskeyId, UserId
from tests.contracts.factors_contract import FactorsContract


class TestMemoryFactors(FactorsContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginFactors:
        return memory.beginner(MemoryFactorTransaction)


class TestPostgresFactors(FactorsContract):
    @pytest.fixture
    def begin(self, postgres: Database) -> BeginFactors:
        return postgres.beginner(PostgresFactorTransaction)


class _ForgetsTheStep(MemorySecondFactors):
    async def keep(self, factor: SecondFactor) -> None:
        await super().keep(dataclasses.replace(factor, last_step=None))


class _TrustsCopies(MemorySecondFactors):
    async def factors_of(self, user_id: UserId) -> Factors:
        for passkey in self._passkeys.rows():
            passkey.suspected_at = None
            self._passkeys.put(passkey.id, passkey)
        return await super().factors_of(user_id)


class _MixesOwners(MemoryPasskeys):
    async def lock(self, user_id: UserId, passkey_id: PasskeyId) -> Passkey:
        passkey = self._rows.get(passkey_id)
        assert passkey is not None
        return passkey


class _TakesTwice(MemoryPasskeys):
    async def add(self, passkey: Passkey) -> None:
        passkey.version = 1
        self._rows.put(passkey.id, passkey)


class _SpendsTwice(MemorySpentChallenges):
    async def spend(self, challenge: Challenge) -> None:
        self._rows.put(challenge.id, challenge)


def _sabotaged(
    factors: type[MemorySecondFactors] = MemorySecondFactors,
    passkeys: type[MemoryPasskeys] = MemoryPasskeys,
    spent: type[MemorySpentChallenges] = MemorySpentChallenges,
) -> type[MemoryFactorTransaction]:
    class Sabotaged(MemoryFactorTransaction):
        def build(self) -> None:
            super().build()
            self.second_factors = factors(self)
            self.passkeys = passkeys(self)
            self.spent_challenges = spent(self)

    return Sabotaged


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (_sabotaged(factors=_ForgetsTheStep), "test_a_factor_comes_back_equal"),
        (_sabotaged(factors=_TrustsCopies), "test_factors_are_what_may_be_shown"),
        (_sabotaged(passkeys=_MixesOwners), "test_passkeys_are_their_owners"),
        (_sabotaged(passkeys=_TakesTwice), "test_a_credential_is_registered_once"),
        (_sabotaged(spent=_SpendsTwice), "test_a_challenge_is_spent_once"),
        (_sabotaged(spent=_SpendsTwice), "test_of_many_at_once_one_spends_it"),
    ],
)
async def test_a_broken_store_is_caught(
    memory: MemoryDatabase, saboteur: type[MemoryFactorTransaction], promise: str
) -> None:
    await _catches(promise, memory.beginner(saboteur))


async def test_a_factor_read_without_its_lock_is_caught(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AU-07's control: with the lock gone, tries at once are more than five, or undo each other."""
    unlocked = select(table).where(table.c.user_id == bindparam("id"))
    monkeypatch.setattr(second_factors, "_FACTOR_ALONE", unlocked)
    begin = postgres.beginner(PostgresFactorTransaction)

    await _catches("test_of_many_wrong_tries_at_once_five_are_looked_at", begin)


async def _catches(promise: str, begin: BeginFactors) -> None:
    """The named promise fails: by its own assertion, or because a wrong error comes out."""
    with pytest.raises((AssertionError, DomainError, pytest.fail.Exception)):
        await getattr(FactorsContract(), promise)(begin)
