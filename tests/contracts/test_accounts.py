"""The life of accounts: memory and PostgreSQL keep the same promises."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_accounts import (
    MemoryAccountLinks,
    MemoryAccountTransaction,
    MemoryAttempts,
    MemoryFamiliarNetworks,
)
from adapters.postgres.database import Database
from adapters.postgres.identity import attempts
from adapters.postgres.identity.accounts import PostgresAccountTransaction
from application.identity.account_ports import BeginAccounts
from application.shared.scope import PUBLIC
from domain.identity.account_link import AccountLink, LinkPurpose
from domain.identity.attempts import Try
from domain.shared.errors import DomainError
from domain.shared.ids import UserId
from tests.contracts.accounts_contract import ADA, LETTERS, AccountsContract
from tests.contracts.identity_contract import NOON


class TestMemoryAccounts(AccountsContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginAccounts:
        return memory.beginner(MemoryAccountTransaction)


class TestPostgresAccounts(AccountsContract):
    @pytest.fixture
    def begin(self, postgres: Database) -> BeginAccounts:
        return postgres.beginner(PostgresAccountTransaction)


class _CountsRefusals(MemoryAttempts):
    async def take(self, tries: Sequence[Try], *, at: datetime) -> datetime | None:
        refused = await super().take(tries, at=at)
        for one in tries:
            self._keep(one, self._tally(one, at).plus(at), at)
        return refused


class _MixesKinds(MemoryAttempts):
    async def count(self, kind: str, *, since: datetime, at_most: int | None = None) -> int:
        return sum(moment > since for row in self._rows.rows() for moment in row.tried_at)


class _CountsAll(MemoryAttempts):
    async def count(self, kind: str, *, since: datetime, at_most: int | None = None) -> int:
        return await super().count(kind, since=since)


class _NeverGivesBack(MemoryAttempts):
    async def give_back(self, tries: Sequence[Try], *, at: datetime) -> None:
        pass


class _ClearsOne(MemoryAttempts):
    async def clear(self, tries: Sequence[Try]) -> None:
        for one in tries:
            await self.give_back([one], at=NOON)


class _ClearsAll(MemoryAttempts):
    async def clear(self, tries: Sequence[Try]) -> None:
        for row in self._rows.rows():
            self._rows.remove(row.key)


class _ForgetsAll(MemoryAttempts):
    async def forget(self, at_most: int, *, at: datetime) -> int:
        return await super().forget(at_most, at=at.replace(year=at.year + 1))


class _KnowsEverybody(MemoryFamiliarNetworks):
    async def knows(self, user_id: UserId | None, network: str) -> bool:
        return self._rows.has(lambda row: row.network == network)


class _EndsWhatWasUsed(MemoryAccountLinks):
    async def end_all(self, user_id: UserId, purpose: LinkPurpose | None = None) -> None:
        await self.erase(user_id)


class _AddsTwice(MemoryAccountLinks):
    async def add(self, link: AccountLink) -> bool:
        self._rows.put(link.id, link)
        return True


def _sabotaged(
    attempts: type[MemoryAttempts] = MemoryAttempts,
    networks: type[MemoryFamiliarNetworks] = MemoryFamiliarNetworks,
    links: type[MemoryAccountLinks] = MemoryAccountLinks,
) -> type[MemoryAccountTransaction]:
    class Sabotaged(MemoryAccountTransaction):
        def build(self) -> None:
            super().build()
            self.attempts = attempts(self)
            self.familiar_networks = networks(self)
            self.links = links(self)

    return Sabotaged


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (_sabotaged(attempts=_CountsRefusals), "test_tries_are_admitted_up_to_the_limit"),
        (_sabotaged(attempts=_CountsRefusals), "test_if_one_is_used_up_none_is_counted"),
        (
            _sabotaged(attempts=_MixesKinds),
            "test_a_count_is_of_one_kind_and_of_a_stretch_of_time",
        ),
        (
            _sabotaged(attempts=_CountsAll),
            "test_a_count_is_of_one_kind_and_of_a_stretch_of_time",
        ),
        (_sabotaged(attempts=_NeverGivesBack), "test_what_is_given_back_can_be_taken_again"),
        (_sabotaged(attempts=_ClearsOne), "test_what_is_cleared_counts_no_more"),
        (_sabotaged(attempts=_ClearsAll), "test_what_is_cleared_counts_no_more"),
        (_sabotaged(attempts=_ForgetsAll), "test_only_what_is_too_old_to_count_is_forgotten"),
        (_sabotaged(networks=_KnowsEverybody), "test_a_network_is_familiar_to_one_person"),
        (_sabotaged(links=_EndsWhatWasUsed), "test_links_that_were_not_used_end"),
        (_sabotaged(links=_AddsTwice), "test_a_link_comes_back_equal_and_is_added_once"),
    ],
)
async def test_a_broken_store_is_caught(
    memory: MemoryDatabase, saboteur: type[MemoryAccountTransaction], promise: str
) -> None:
    await _catches(promise, memory.beginner(saboteur))


async def test_a_count_read_without_its_lock_is_caught(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AU-07: then many guesses at once would all pass."""
    begin = postgres.beginner(PostgresAccountTransaction)
    known = [ADA, *(Try(LETTERS, str(number)) for number in range(12))]
    async with begin(PUBLIC) as tx:
        await tx.attempts.take(known, at=NOON)
        await tx.attempts.give_back(known, at=NOON)
    reading = text(
        "select t.subject, coalesce(a.tried_at, '{}') as tried_at, cast(:at as timestamptz)"
        " from unnest(cast(:kinds as text[]), cast(:subjects as text[])) as t (kind, subject)"
        " left join attempts a on a.kind = t.kind and a.subject = decode(t.subject, 'hex')"
    )
    monkeypatch.setattr(attempts, "_LOCK", reading)

    await _catches("test_of_many_tries_at_once_so_many_are_admitted", begin)


async def _catches(promise: str, begin: BeginAccounts) -> None:
    """The named promise fails: by its own assertion, or because a wrong error comes out."""
    with pytest.raises((AssertionError, DomainError, pytest.fail.Exception)):
        await getattr(AccountsContract(), promise)(begin)
