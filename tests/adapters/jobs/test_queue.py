"""A job exists if, and only if, the transaction that wanted it was committed."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from adapters.jobs.queue import Queue, queue_of
from adapters.postgres.database import Database
from adapters.postgres.transaction import Job, PostgresTransaction
from application.shared.scope import SYSTEM
from entrypoints.container import Container
from tests.beyond import all_rows

MAIL = Job("deliver", {"subscriber": "messaging.on_order_paid", "positions": [1]})
MONEY = Job("deliver", {"subscriber": "payments.on_refund_requested", "positions": [1]})


class ChangedItsMind(Exception):
    pass


async def jobs_in(database: Database) -> list[Any]:
    query = text(
        "select task_name, queue_name, priority, args from procrastinate_jobs"
        " order by priority desc, id"
    )
    async with all_rows(database) as connection:
        return list((await connection.execute(query)).all())


async def test_a_committed_transaction_leaves_its_jobs(postgres: Database) -> None:
    async with postgres.beginner(PostgresTransaction)(SYSTEM) as tx:
        tx.enqueue("payments.apply_gateway_notice", {"provider_event_id": "evt_1"})

    (job,) = await jobs_in(postgres)
    assert job.task_name == "payments.apply_gateway_notice"
    assert job.args == {"provider_event_id": "evt_1"}


async def test_a_rolled_back_transaction_leaves_no_job(
    postgres: Database, container: Container
) -> None:
    with pytest.raises(ChangedItsMind):
        async with postgres.beginner(PostgresTransaction)(SYSTEM) as tx:
            await container.core.jobs().defer(tx.connection, [MAIL, MONEY])
            raise ChangedItsMind

    assert await jobs_in(postgres) == []


async def test_a_connection_on_which_nothing_was_asked_yet_commits_its_job(
    postgres: Database, container: Container
) -> None:
    async with all_rows(postgres) as connection:
        await container.core.jobs().defer(connection, [MAIL])
        await connection.commit()

    assert len(await jobs_in(postgres)) == 1


async def test_money_goes_before_mail(postgres: Database, container: Container) -> None:
    async with postgres.beginner(PostgresTransaction)(SYSTEM) as tx:
        await container.core.jobs().defer(tx.connection, [MAIL, MONEY])

    assert [job.queue_name for job in await jobs_in(postgres)] == ["money", "mail"]


async def test_arguments_are_written_as_json_knows_them(
    postgres: Database, container: Container
) -> None:
    order_id = UUID("01a1fc63-64c1-74f7-97de-51ec22915226")

    async with postgres.beginner(PostgresTransaction)(SYSTEM) as tx:
        tx.enqueue("x", {"order_id": order_id})

    assert (await jobs_in(postgres))[0].args == {"order_id": str(order_id)}


async def test_arguments_that_json_cannot_hold_stop_the_whole_transaction(
    postgres: Database,
) -> None:
    with pytest.raises(TypeError):
        async with postgres.beginner(PostgresTransaction)(SYSTEM) as tx:
            tx.enqueue("good", {})
            tx.enqueue("bad", {"it": object()})

    assert await jobs_in(postgres) == []


def test_only_messages_to_people_may_wait_behind_money() -> None:
    assert queue_of(MAIL) is Queue.MAIL
    assert queue_of(MONEY) is Queue.MONEY
    assert queue_of(Job("payments.apply_gateway_notice", {})) is Queue.MONEY
