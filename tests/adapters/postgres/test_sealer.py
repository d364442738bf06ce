"""The log is numbered in commit order, without gaps, and nobody is forgotten."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database
from adapters.postgres.sealer import JOB_EVENTS_MAX, Sealer, UnknownEvent
from adapters.postgres.transaction import PostgresTransaction
from application.shared.scope import organizations
from domain.sales.events import OrderExpired, OrderPaid
from domain.shared.ids import EventId, OrganizationId
from tests.beyond import all_rows

ORGANIZATION = OrganizationId(UUID("01a1fc63-64c1-74f7-97de-000000000001"))
ORDER = UUID("01a1fc63-64c1-74f7-97de-000000000002")
EVENT = EventId(UUID("01a1fc63-64c1-74f7-97de-000000000003"))
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PAID = OrderPaid(organization_id=ORGANIZATION, aggregate_id=ORDER, at=NOON, event_id=EVENT)
EXPIRED = OrderExpired(organization_id=ORGANIZATION, aggregate_id=ORDER, at=NOON, event_id=EVENT)

_INSERT = text(
    "insert into event_log"
    " (organization_id, type, type_version, aggregate_id, payload, recorded_at)"
    " values (gen_random_uuid(), :type, 1, gen_random_uuid(), '{}', now()) returning id"
)


async def record(postgres: Database, *events: OrderPaid | OrderExpired) -> None:
    async with postgres.beginner(PostgresTransaction)(organizations([ORGANIZATION])) as tx:
        tx.announce_events(events)


async def write(connection: AsyncConnection, type_: str = "order.expired") -> int:
    return int((await connection.execute(_INSERT, {"type": type_})).scalar_one())


async def rows(postgres: Database, query: str) -> list[Any]:
    async with all_rows(postgres) as connection:
        return [tuple(row) for row in (await connection.execute(text(query))).all()]


async def positions(postgres: Database) -> list[Any]:
    return await rows(postgres, "select id, position from event_log order by position, id")


async def jobs(postgres: Database) -> list[Any]:
    found = await rows(postgres, "select args from procrastinate_jobs order by id")
    return [args for (args,) in found]


async def seal_all(postgres: Database, wanted: int, *, batch: int = 1000) -> list[int]:
    """Seal until so many are numbered; answers how many each time, without the empty times.

    A transaction of another test's database counts as an older one, so it can take a while.
    """
    sealed: list[int] = []
    async with asyncio.timeout(10):
        while sum(sealed) < wanted:
            sealed += [count] if (count := await Sealer(postgres).seal(batch)) else []
            await asyncio.sleep(0.01)
    return sealed


async def test_events_are_numbered_from_one_without_gaps(postgres: Database) -> None:
    await record(postgres, PAID, EXPIRED)
    await record(postgres, PAID)

    await seal_all(postgres, 3)

    assert await positions(postgres) == [(1, 1), (2, 2), (3, 3)]


async def test_one_job_tells_a_subscriber_of_all_events_in_the_commit_of_their_numbers(
    postgres: Database,
) -> None:
    await record(postgres, PAID, EXPIRED, PAID)

    await seal_all(postgres, 3)

    assert await jobs(postgres) == [
        {"subscriber": "messaging.on_order_paid", "positions": [1, 3]},
        {"subscriber": "waiting_lists.on_place_freed", "positions": [2]},
    ]


async def test_a_job_carries_a_bounded_number_of_events(postgres: Database) -> None:
    await record(postgres, *[PAID] * (JOB_EVENTS_MAX + 1))

    await seal_all(postgres, JOB_EVENTS_MAX + 1)

    assert [len(job["positions"]) for job in await jobs(postgres)] == [JOB_EVENTS_MAX, 1]


async def test_nothing_is_numbered_while_an_older_transaction_may_still_commit(
    postgres: Database,
) -> None:
    async with all_rows(postgres) as older, all_rows(postgres) as newer:
        older_id = await write(older)
        newer_id = await write(newer)
        await newer.commit()
        before = await Sealer(postgres).seal()
        await older.commit()
        await seal_all(postgres, 2)

    assert before == 0
    assert await positions(postgres) == [(older_id, 1), (newer_id, 2)]


async def test_the_order_is_that_of_transactions_and_not_of_numbers_drawn(
    postgres: Database,
) -> None:
    async with all_rows(postgres) as first, all_rows(postgres) as second:
        # The first transaction is older, but draws its number for the event later.
        await first.execute(text("select pg_current_xact_id()"))
        drawn_first = await write(second)
        drawn_second = await write(first)
        await second.commit()
        await first.commit()

    await seal_all(postgres, 2)

    assert await positions(postgres) == [(drawn_second, 1), (drawn_first, 2)]


async def test_a_batch_is_bounded_and_the_next_goes_on_where_it_ended(postgres: Database) -> None:
    await record(postgres, *[EXPIRED] * 5)

    sealed = await seal_all(postgres, 5, batch=2)

    assert sealed == [2, 2, 1]
    assert [position for _, position in await positions(postgres)] == [1, 2, 3, 4, 5]


async def test_two_sealers_at_once_number_and_tell_once(postgres: Database) -> None:
    await record(postgres, *[PAID] * 50)
    sealers = [Sealer(postgres), Sealer(postgres), Sealer(postgres)]

    sealed = await asyncio.gather(*(sealer.seal(batch=20) for sealer in sealers * 3))
    await seal_all(postgres, 50 - sum(sealed))

    told = [position for job in await jobs(postgres) for position in job["positions"]]
    assert sorted(told) == list(range(1, 51))


async def test_an_event_of_a_newer_version_is_left_to_the_sealer_that_knows_it(
    postgres: Database,
) -> None:
    await record(postgres, PAID)
    async with all_rows(postgres) as connection:
        await write(connection, "order.teleported")
        await connection.commit()

    with pytest.raises(UnknownEvent):
        await seal_all(postgres, 2)

    assert [position for _, position in await positions(postgres)] == [None, None]
    assert await jobs(postgres) == []


async def test_a_running_sealer_is_at_most_a_second_behind(postgres: Database) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Sealer(postgres).run(stop))
    await record(postgres, PAID)

    async with asyncio.timeout(5):  # 1 s, and what the machine's other work takes.
        while not await jobs(postgres):  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    stop.set()
    async with asyncio.timeout(1):
        await running
