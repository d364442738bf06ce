"""People, sessions, organisations and teams: memory and PostgreSQL keep the same promises."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, or_, select

from adapters.memory.database import MemoryDatabase, MemoryTransaction
from adapters.memory.identity import (
    MemoryIdentityTransaction,
    MemoryOrganizations,
    MemorySessions,
    MemoryTeams,
    MemoryUsers,
)
from adapters.postgres.database import Database
from adapters.postgres.identity import store
from adapters.postgres.identity.store import PostgresIdentityTransaction
from adapters.postgres.identity.tables import organizations, sessions
from application.identity.ports import BeginIdentity
from application.shared.scope import Scope
from domain.identity.errors import InvalidRefreshToken
from domain.identity.organization import Organization
from domain.identity.session import Ending, Session
from domain.identity.team import Membership, Team
from domain.identity.user import User
from domain.shared.errors import DomainError
from domain.shared.ids import OrganizationId, SessionId, UserId
from tests.contracts.identity_contract import IdentityContract


class TestMemoryIdentity(IdentityContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginIdentity:
        return memory.beginner(MemoryIdentityTransaction)


class TestPostgresIdentity(IdentityContract):
    @pytest.fixture
    def begin(self, postgres: Database) -> BeginIdentity:
        return postgres.beginner(PostgresIdentityTransaction)


class _LosesThePhone(MemoryUsers):
    async def add(self, user: User) -> None:
        await super().add(dataclasses.replace(user, phone=None))
        user.version = 1


class _MindsTheCase(MemoryUsers):
    async def add(self, user: User) -> None:
        self._rows.put(user.id, user)
        user.version = 1
        self._rows.put(user.id, user)


class _GivesOutItsOwn(MemoryUsers):
    async def get(self, user_id: UserId) -> User:
        return self._rows._rows[user_id]


class _ForgetsTheTokenBefore(MemorySessions):
    async def lock_by_refresh(self, refresh_hash: bytes) -> Session:
        session = await super().lock_by_refresh(refresh_hash)
        if session.refresh_hash != refresh_hash:
            raise InvalidRefreshToken
        return session


class _EndsEverything(MemorySessions):
    async def end_all(
        self,
        user_id: UserId,
        but: SessionId | None = None,
        *,
        at: datetime,
        because: Ending = Ending.ACCOUNT_CHANGED,
    ) -> None:
        await super().end_all(user_id, at=at, because=because)


class _EndsTheEnded(MemorySessions):
    async def end_all(
        self,
        user_id: UserId,
        but: SessionId | None = None,
        *,
        at: datetime,
        because: Ending = Ending.ACCOUNT_CHANGED,
    ) -> None:
        for session in self._rows.where(lambda row: row.user_id == user_id and row.id != but):
            session.revoked_at, session.ended_because = at, because
            await self.save(session)


class _ForgetsTheLiving(MemorySessions):
    async def forget(self, before: datetime, at_most: int) -> int:
        return await super().forget(datetime.max.replace(tzinfo=UTC), at_most)


class _IgnoresVersions(MemoryOrganizations):
    async def save(self, organization: Organization) -> None:
        organization.version += 1
        self._rows.put(organization.id, organization)


class _MixesTeams(MemoryTeams):
    async def lock(self, organization_id: OrganizationId) -> Team:
        team = await super().lock(organization_id)
        return Team(
            organization_id, {row.user_id: row for row in self._rows.rows()} or team.members
        )


class _TakesTwice(MemoryTeams):
    async def add(self, membership: Membership) -> None:
        self._rows.put((membership.organization_id, membership.user_id), membership)


def _sabotaged(
    users: type[MemoryUsers] = MemoryUsers,
    sessions: type[MemorySessions] = MemorySessions,
    organizations: type[MemoryOrganizations] = MemoryOrganizations,
    teams: type[MemoryTeams] = MemoryTeams,
) -> type[MemoryIdentityTransaction]:
    class Sabotaged(MemoryIdentityTransaction):
        def build(self) -> None:
            self.users = users(self)
            self.sessions = sessions(self)
            self.organizations = organizations(self)
            self.teams = teams(self)

    return Sabotaged


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (_sabotaged(users=_LosesThePhone), "test_a_user_comes_back_equal"),
        (_sabotaged(users=_MindsTheCase), "test_an_address_has_one_account_in_any_case"),
        (_sabotaged(users=_GivesOutItsOwn), "test_what_was_given_out_is_a_copy"),
        (
            _sabotaged(sessions=_ForgetsTheTokenBefore),
            "test_a_session_is_found_by_its_token_and_by_the_one_before",
        ),
        (
            _sabotaged(sessions=_EndsEverything),
            "test_all_living_sessions_of_one_person_end_but_one",
        ),
        (
            _sabotaged(sessions=_EndsTheEnded),
            "test_all_living_sessions_of_one_person_end_but_one",
        ),
        (
            _sabotaged(sessions=_ForgetsTheLiving),
            "test_so_many_are_forgotten_of_what_expired_long_ago",
        ),
        (_sabotaged(organizations=_IgnoresVersions), "test_an_old_version_is_not_saved"),
        (_sabotaged(teams=_MixesTeams), "test_a_team_is_the_members_of_one_organization"),
        (_sabotaged(teams=_TakesTwice), "test_nobody_is_a_member_twice"),
    ],
)
async def test_a_broken_store_is_caught(
    memory: MemoryDatabase, saboteur: type[MemoryIdentityTransaction], promise: str
) -> None:
    begin = memory.beginner(saboteur)

    await _catches(promise, begin)


async def test_a_store_that_forgets_to_roll_back_is_caught(memory: MemoryDatabase) -> None:
    @asynccontextmanager
    async def begin(scope: Scope) -> AsyncIterator[MemoryTransaction]:
        yield MemoryIdentityTransaction(memory, scope)

    await _catches("test_a_refusal_leaves_no_trace", begin)  # type: ignore[arg-type]  # Broken on purpose.


async def test_a_session_read_without_its_lock_is_caught(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = (sessions.c.refresh_hash, sessions.c.previous_refresh_hash)
    unlocked = select(sessions).where(or_(*(kept == bindparam("hash") for kept in hashes)))
    monkeypatch.setattr(store, "_SESSION_BY_REFRESH", unlocked)
    begin = postgres.beginner(PostgresIdentityTransaction)

    await _catches("test_of_many_at_once_one_exchanges_a_refresh_token", begin)


async def test_a_team_read_without_its_lock_is_caught(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked = select(organizations.c.id).where(organizations.c.id == bindparam("id"))
    monkeypatch.setattr(store, "_TEAM_ALONE", unlocked)
    begin = postgres.beginner(PostgresIdentityTransaction)

    await _catches("test_of_two_owners_who_remove_each_other_one_stays", begin)


async def _catches(promise: str, begin: BeginIdentity) -> None:
    """The named promise fails: by its own assertion, or because a wrong error comes out."""
    with pytest.raises((AssertionError, DomainError, pytest.fail.Exception)):
        await getattr(IdentityContract(), promise)(begin)
