"""Who is behind a session: everybody who asks at once is one question, each with an own answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database
from adapters.postgres.identity.queries import PostgresPeople
from application.shared.scope import Scope
from application.shared.transaction import DatabaseDown, NothingDone, SessionEnded
from domain.shared.ids import OrganizationId, SessionId, UserId
from domain.shared.permissions import Role
from tests.conftest import VirtualClock

_REGISTER = """
    insert into users (id, email, email_key, password_hash, first_name, last_name,
                       is_platform_admin, is_active, created_at, updated_at, version)
    values (%(user)s, %(email)s, %(email)s, '-', 'Ada', 'Byron', false, true, %(at)s, %(at)s, 1)
"""
_BEGIN = """
    insert into sessions (id, user_id, refresh_hash, created_at, last_used_at, expires_at, version)
    values (%(session)s, %(user)s, uuid_send(%(session)s), %(at)s, %(at)s, %(until)s, 1)
"""
_FOUND = """
    insert into organizations (id, name, slug, type, status, default_currency,
        service_fee_percent, service_fee_fixed, created_at, updated_at, version)
    values (%(id)s, 'O', cast(%(id)s as text), 'promoter', 'active', 'USD', 0, 0,
            %(at)s, %(at)s, 1)
"""


class CountingDatabase(Database):
    def __init__(self, database: Database) -> None:
        super().__init__(database.engine, database._jobs)
        self.readings = 0
        self.is_down = False

    @asynccontextmanager
    async def read(self, scope: Scope) -> AsyncIterator[AsyncConnection]:
        self.readings += 1
        if self.is_down:
            raise DatabaseDown
        async with super().read(scope) as connection:
            yield connection


class House:
    """People with sessions, put into the tables."""

    def __init__(self, connection: psycopg.Connection[Any], clock: VirtualClock) -> None:
        self.connection, self.clock = connection, clock

    def person(self, email: str) -> tuple[UserId, SessionId]:
        user = UserId(uuid4())
        self.connection.execute(_REGISTER, {"user": user, "email": email, "at": self.clock()})
        return user, self.session(user)

    def session(self, user: UserId) -> SessionId:
        session, at = SessionId(uuid4()), self.clock()
        keys = {"session": session, "user": user, "at": at, "until": at + timedelta(days=1)}
        self.connection.execute(_BEGIN, keys)
        return session

    def member(self, user: UserId, role: Role) -> OrganizationId:
        organization = OrganizationId(uuid4())
        self.connection.execute(_FOUND, {"id": organization, "at": self.clock()})
        row = (organization, user, role.value, self.clock())
        self.connection.execute("insert into memberships values (%s, %s, %s, %s)", row)
        return organization


@pytest.fixture
def house(owner_connection: psycopg.Connection[Any], emptied: None, clock: VirtualClock) -> House:
    return House(owner_connection, clock)


@pytest.fixture
def database(postgres: Database) -> CountingDatabase:
    return CountingDatabase(postgres)


@pytest.fixture
def people(database: CountingDatabase, clock: VirtualClock) -> PostgresPeople:
    return PostgresPeople(database, clock)


async def test_strangers_who_come_at_once_are_one_question(
    house: House, people: PostgresPeople, database: CountingDatabase
) -> None:
    ada, bob = house.person("ada@example.com"), house.person("bob@example.com")
    clubs = {house.member(ada[0], role): role for role in (Role.OWNER, Role.ANALYST)}

    first = asyncio.create_task(people.actor(*bob))
    await asyncio.sleep(0)
    found = await asyncio.gather(people.actor(*ada), people.actor(*bob), people.actor(*ada))
    await first

    assert [actor.email for actor in found] == [
        "ada@example.com",
        "bob@example.com",
        "ada@example.com",
    ]
    assert [actor.memberships for actor in found] == [clubs, {}, clubs]
    assert {(actor.user_id, actor.session_id) for actor in found} == {ada, bob}
    assert database.readings == 2


async def test_who_has_gone_is_told_so_alone(
    house: House, people: PostgresPeople, clock: VirtualClock
) -> None:
    here = house.person("here@example.com")
    away, old, barred = (house.person(f"{name}@example.com") for name in ("a", "b", "c"))
    run = house.connection.execute
    run("update sessions set revoked_at = now() where id = %s", (away[1],))
    run("update sessions set expires_at = %s where id = %s", (clock(), old[1]))
    run("update users set is_active = false where id = %s", (barred[0],))
    anothers = (here[0], house.person("d@example.com")[1])
    nobody = (UserId(UUID(int=1)), SessionId(UUID(int=2)))

    asking = (people.actor(*who) for who in (away, here, old, barred, anothers, nobody))
    told = await asyncio.gather(*asking, return_exceptions=True)

    assert [isinstance(one, SessionEnded) for one in told] == [True, False, True, True, True, True]


async def test_without_the_database_nothing_was_done(
    house: House, people: PostgresPeople, database: CountingDatabase
) -> None:
    database.is_down = True

    with pytest.raises(NothingDone):
        await people.actor(*house.person("ada@example.com"))

    assert database.readings == 1


async def test_a_visitor_is_known_as_one_and_only_while_they_may(
    database: CountingDatabase, house: House, clock: VirtualClock
) -> None:
    people = PostgresPeople(database, clock)
    ada, visit = house.person("ada@example.com")
    admin, _own = house.person("admin@example.com")
    house.connection.execute("update sessions set visitor_id = %s where id = %s", (admin, visit))
    flags = "update users set is_platform_admin = %s, is_active = %s where id = %s"

    for user, is_admin, is_active, is_visible in (
        (ada, False, True, False),  # The visitor is nobody in particular.
        (admin, True, True, True),
        (admin, True, False, False),
        (admin, True, True, True),
        (ada, True, True, False),  # Nobody looks with an administrator's eyes.
    ):
        house.connection.execute(flags, (is_admin, is_active, user))
        if is_visible:
            actor = await people.actor(ada, visit)
            assert (actor.visitor_id, actor.is_platform_admin) == (admin, False)
        else:
            with pytest.raises(SessionEnded):
                await people.actor(ada, visit)
