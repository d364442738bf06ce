"""TN-05: one pool, many organisations, and whatever can go wrong on the way.

The questions below have no condition at all: what keeps rows apart is the scope of the transaction
and nothing else, whoever had the connection before and however that ended.
"""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import AsyncIterator
from random import Random
from uuid import UUID

import psycopg
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database, create_engine
from adapters.postgres.transaction import PostgresTransaction
from application.shared.scope import PUBLIC, SYSTEM, organizations, person
from application.shared.transaction import Contention
from domain.shared.ids import OrganizationId, UserId
from tests.beyond import all_rows

TURNS = int(10_000 * float(os.environ.get("TIXMO_TEST_LONG", "0.3")))
"""A hundred thousand in the long form, `make chaos`."""
TENANTS = [OrganizationId(UUID(int=0xA00 + number)) for number in range(12)]
AT_ONCE = 12
ROWS_EACH = 3

_FOUND = text(
    """
    insert into organizations (id, name, slug, type, status, default_currency,
        service_fee_percent, service_fee_fixed, created_at, updated_at, version)
    values (:id, 'Org', cast(:id as text), 'promoter', 'active', 'EUR', 0, 0, now(), now(), 1)
    """
)
_ADD = text(
    """
    insert into promo_codes (organization_id, id, code, discount_type, discount_value, status,
        created_at, updated_at, version)
    values (:owner, gen_random_uuid(), gen_random_uuid()::text, 'percentage', 1, 'active',
        now(), now(), 1)
    """
)
_EVERYTHING = text("select organization_id from promo_codes")
_DIVIDE = text("select 1 / (select count(*) - count(*) from promo_codes)")
_SLEEP = text("select pg_sleep(0.02)")


class Interrupted(Exception):
    """Raised in the midst of a transaction."""


class Crowd:
    """Takes turns on the pool, each at random, and counts what it saw."""

    def __init__(self, database: Database, dice: Random) -> None:
        self.database = database
        self.dice = dice
        self.foreign: list[str] = []
        self.turns: Counter[str] = Counter()
        self._begin = database.beginner(PostgresTransaction)
        self._left = TURNS

    async def play(self) -> None:
        turns = (
            (self.read_own, 10),
            (self.read_two, 3),
            (self.write_own, 4),
            (self.write_anothers, 2),
            (self.raise_in_the_midst, 3),
            (self.fail_in_the_midst, 3),
            (self.be_cancelled, 2),
            (self.be_too_slow, 1),
            (self.ask_as_person, 2),
            (self.ask_as_the_public, 2),
            (self.ask_as_system, 2),
            (self.ask_without_a_scope, 3),
        )
        weights = [weight for _, weight in turns]
        while self._left > 0:
            self._left -= 1
            [(turn, _)] = self.dice.choices(turns, weights)
            await turn()
            self.turns[turn.__name__] += 1

    async def read_own(self) -> None:
        mine = self.dice.choice(TENANTS)
        async with self.database.read(organizations([mine])) as connection:
            self._judge(await self._everything(connection), {mine}, "own")

    async def read_two(self) -> None:
        ours = self.dice.sample(TENANTS, 2)
        async with self.database.read(organizations(ours)) as connection:
            self._judge(await self._everything(connection), set(ours), "two")

    async def write_own(self) -> None:
        mine = self.dice.choice(TENANTS)
        with contextlib.suppress(Interrupted):
            async with self._begin(organizations([mine])) as tx:
                await tx.connection.execute(_ADD, {"owner": mine})
                found = await self._everything(tx.connection)
                self._judge(found, {mine}, "written", rows=ROWS_EACH + 1)
                raise Interrupted

    async def write_anothers(self) -> None:
        mine, other = self.dice.sample(TENANTS, 2)
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            async with self._begin(organizations([mine])) as tx:
                await tx.connection.execute(_ADD, {"owner": other})
            self.foreign.append(f"{mine} wrote a row of {other}")

    async def raise_in_the_midst(self) -> None:
        mine = self.dice.choice(TENANTS)
        with contextlib.suppress(Interrupted):
            async with self._begin(organizations([mine])) as tx:
                self._judge(await self._everything(tx.connection), {mine}, "raised")
                raise Interrupted

    async def fail_in_the_midst(self) -> None:
        mine = self.dice.choice(TENANTS)
        with contextlib.suppress(DBAPIError, psycopg.Error):
            async with self._begin(organizations([mine])) as tx:
                await tx.connection.execute(_DIVIDE)

    async def be_cancelled(self) -> None:
        turn = asyncio.create_task(self.read_own())
        for _ in range(self.dice.randrange(12)):
            await asyncio.sleep(0)
        turn.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await turn

    async def be_too_slow(self) -> None:
        mine = self.dice.choice(TENANTS)
        with contextlib.suppress(TimeoutError, Contention):
            async with asyncio.timeout(0.01):
                async with self.database.read(organizations([mine])) as connection:
                    self._judge(await self._everything(connection), {mine}, "slow")
                    await connection.execute(_SLEEP)

    async def ask_as_person(self) -> None:
        somebody = UserId(UUID(int=self.dice.getrandbits(128)))
        async with self.database.read(person(somebody)) as connection:
            self._judge(await self._everything(connection), set(), "person", rows=0)

    async def ask_as_the_public(self) -> None:
        async with self.database.read(PUBLIC) as connection:
            self._judge(await self._everything(connection), set(), "public", rows=0)

    async def ask_as_system(self) -> None:
        async with self.database.read(SYSTEM) as connection:
            rows = len(TENANTS) * ROWS_EACH
            self._judge(await self._everything(connection), set(TENANTS), "system", rows=rows)

    async def ask_without_a_scope(self) -> None:
        with contextlib.suppress(DBAPIError):  # It is refused, whoever was here before.
            async with self.database.engine.connect() as connection:
                found = await self._everything(connection)
                self._judge(found, set(), "nobody", rows=0)

    async def _everything(self, connection: AsyncConnection) -> list[OrganizationId]:
        rows = await connection.execute(_EVERYTHING)
        return list(rows.scalars())

    def _judge(
        self,
        found: list[OrganizationId],
        owners: set[OrganizationId],
        who: str,
        rows: int | None = None,
    ) -> None:
        wanted = len(owners) * ROWS_EACH if rows is None else rows
        if set(found) != owners or len(found) != wanted:
            self.foreign.append(f"{who} of {owners} saw {Counter(found)}")


@pytest_asyncio.fixture(loop_scope="session")
async def crowded(postgres: Database, postgres_url: str) -> AsyncIterator[Database]:
    """Fewer connections than there are people, so that each is handed on at once."""
    async with all_rows(postgres) as connection:
        for owner in TENANTS:
            await connection.execute(_FOUND, {"id": owner})
            for _ in range(ROWS_EACH):
                await connection.execute(_ADD, {"owner": owner})
    engine = create_engine(postgres_url, pool_size=4, pool_wait_s=60)
    yield Database(engine, postgres._jobs)
    await engine.dispose()


async def test_no_row_of_another_is_ever_seen(crowded: Database) -> None:
    crowd = Crowd(crowded, Random(20264))

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(crowd.play())

    assert crowd.foreign == []
    assert crowd.turns.total() == TURNS
    assert len(crowd.turns) == 12  # Each kind of turn was taken.


async def test_a_pool_that_leaks_its_scope_is_noticed(crowded: Database) -> None:
    """The control: a scope that outlives its transaction is seen by whoever asks without one."""
    async with crowded.engine.connect() as connection:
        await connection.execute(
            text("select set_config('app.organization_ids', :ids, false)"),
            {"ids": "{" + str(TENANTS[0]) + "}"},
        )
        await connection.commit()
    crowd = Crowd(crowded, Random(1))

    await crowd.ask_without_a_scope()

    assert len(crowd.foreign) == 1
