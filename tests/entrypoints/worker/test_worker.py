"""The worker as a whole: what was committed is acted upon, and stopping is graceful."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from adapters.jobs.queue import Queue
from adapters.mail.console import ConsoleMailer
from adapters.postgres.database import Database
from adapters.postgres.transaction import Job, PostgresTransaction
from application.shared.scope import organizations
from application.subscriptions import all_subscribers
from domain.sales.events import OrderPaid
from domain.shared.ids import EventId, OrganizationId
from entrypoints.container import Container
from entrypoints.worker.tasks import CLOCKWORK, JOBS, make_apps, use_case
from entrypoints.worker.worker import run_worker
from tests.beyond import all_rows

ORGANIZATION = OrganizationId(UUID(int=1))
EVENT = EventId(UUID(int=2))
ORDER = UUID(int=3)

_WORLD = """
insert into organizations values
    ('{organization}', 'Starlight', 'starlight', 'promoter', 'active', 'EUR', 0, 0, now(), now(),
     1);
insert into venues values
    ('{organization}', '{event}', 'Dom', '{{"line1": "Domkloster 4", "city": "Köln",
     "postal_code": "50667", "country": "DE"}}', 100, 'Europe/Berlin', '{{}}', now(), now(), 1);
insert into events
    (organization_id, id, short_id, venue_id, name, slug, category, tags, starts_at, ends_at,
     timezone, capacity, currency, location_type, visibility, images, metadata, intent,
     created_at, updated_at, version)
values
    ('{organization}', '{event}', 1, '{event}', 'Nacht der Orgeln', 'nacht', 'music', '{{}}',
     '2026-12-24T19:00Z', '2026-12-24T22:00Z', 'Europe/Berlin', 100, 'EUR', 'physical', 'public',
     '[]', '{{}}', 'published', now(), now(), 1);
insert into ticket_types
    (organization_id, id, short_id, event_id, name, price_minor, min_per_order, max_per_order,
     status, sort_order, metadata, created_at, updated_at, version)
values
    ('{organization}', '{event}', 1, '{event}', 'Parkett', 5000, 1, 10, 'active', 0, '{{}}',
     now(), now(), 1);
insert into orders
    (organization_id, id, number, event_id, buyer_name, buyer_email, status, currency,
     subtotal_minor, discount_minor, fees_minor, tax_minor, total_minor, draw_ids, draw_units,
     placed_at, expires_at, version)
values
    ('{organization}', '{order}', '7F3KQ2M9XB', '{event}', 'Zoë Łukasik', 'zoe@example.com',
     'paid', 'EUR', 10000, 0, 250, 0, 10250, '{{}}', '{{}}', now(), now(), 1);
insert into order_lines values
    ('{organization}', '{order}', 0, '{event}', 'Parkett', 2, 5000, 0);
"""


async def a_paid_order(postgres: Database) -> None:
    mine = organizations([ORGANIZATION])
    async with postgres.beginner(PostgresTransaction)(mine) as tx:
        script = _WORLD.format(organization=ORGANIZATION, event=EVENT, order=ORDER)
        for statement in filter(str.strip, script.split(";\n")):
            await tx.connection.execute(text(statement.replace(":", "\\:")))
        tx.announce_events(
            [OrderPaid(organization_id=ORGANIZATION, aggregate_id=ORDER, at=tx.now, event_id=EVENT)]
        )


@asynccontextmanager
async def a_worker(container: Container) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(run_worker(container, stop))
    yield
    stop.set()
    async with asyncio.timeout(5):
        await running


async def soon(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def job_rows(postgres: Database, name: str) -> list[Any]:
    query = text("select * from procrastinate_jobs where task_name = :name order by id")
    async with all_rows(postgres) as connection:
        return list((await connection.execute(query, {"name": name})).all())


async def test_a_paid_order_is_confirmed_once_by_mail(
    postgres: Database, container: Container
) -> None:
    await a_paid_order(postgres)
    mailer = container.messaging.mailer()
    assert isinstance(mailer, ConsoleMailer)

    async def settled() -> bool:
        return bool(mailer.sent) and not await job_rows(postgres, "deliver")

    async with a_worker(container), a_worker(container):
        await soon(settled)

    (mail,) = mailer.sent
    assert mail["To"].addresses[0].addr_spec == "zoe@example.com"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Thursday 24 December 2026, 20:00 CET" in body.get_content()
    assert "Dom, Domkloster 4, 50667 Köln, DE" in body.get_content()
    assert "2 x Parkett, 50.00 EUR each" in body.get_content()


async def test_the_facts_of_an_order_that_is_not_paid_are_not_told(
    postgres: Database, container: Container
) -> None:
    await a_paid_order(postgres)
    async with all_rows(postgres) as connection:
        await connection.execute(text("update orders set status = 'cancelled'"))

    on_order_paid = container.messaging.on_order_paid()

    assert await on_order_paid.confirmations.of_order(ORGANIZATION, ORDER) is None


async def test_a_stopped_worker_leaves_no_trace_of_itself(
    postgres: Database, container: Container
) -> None:
    async def both_lanes_work() -> bool:
        return await count_of_workers() == 2

    async def count_of_workers() -> int:
        async with all_rows(postgres) as connection:
            query = text("select count(*) from procrastinate_workers")
            return int((await connection.execute(query)).scalar_one())

    async with a_worker(container):
        await soon(both_lanes_work)

    assert await count_of_workers() == 0


async def test_the_job_of_a_killed_worker_is_done_by_another(
    postgres: Database, container: Container
) -> None:
    async with all_rows(postgres) as connection:
        job = Job("deliver", {"subscriber": "messaging.on_order_paid", "positions": [1]})
        await container.core.jobs().defer(connection, [job])
        await connection.execute(
            text(
                "insert into procrastinate_workers (last_heartbeat) values (now() - interval '1h')"
            )
        )
        await connection.execute(
            text("update procrastinate_jobs set status = 'doing', worker_id = 1")
        )
    app = make_apps(container)[Queue.MONEY]

    async with app.open_async():
        await app.tasks["revive_stalled_jobs"](timestamp=0)

    (row,) = await job_rows(postgres, "deliver")
    assert row.status == "todo"


async def test_the_clockwork_of_a_killed_worker_does_not_stand_still(
    postgres: Database, container: Container
) -> None:
    def tick(status: str, worker: str) -> str:
        return (
            "insert into procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status,"
            " worker_id) values ('money', 'sales.expire_orders', 'sales.expire_orders',"
            f" 'sales.expire_orders', '{status}', {worker})"
        )

    async with all_rows(postgres) as connection:
        for statement in (
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '1h')",
            tick("doing", "1"),
            tick("todo", "null"),
        ):
            await connection.execute(text(statement))
    app = make_apps(container)[Queue.MONEY]

    async with app.open_async():
        await app.tasks["revive_stalled_jobs"](timestamp=0)

    (row,) = await job_rows(postgres, "sales.expire_orders")
    assert row.status == "todo"


async def test_a_broken_connection_to_the_queue_is_made_again(
    postgres: Database, container: Container
) -> None:
    async def listening() -> bool:
        async with all_rows(postgres) as connection:
            return int((await connection.execute(_LISTENERS)).scalar_one()) >= 2

    async with a_worker(container):
        await soon(listening)
        async with all_rows(postgres) as connection:
            await connection.execute(_END_THEM)
        await a_paid_order(postgres)
        mailer = container.messaging.mailer()
        assert isinstance(mailer, ConsoleMailer)

        async def confirmed() -> bool:
            return bool(mailer.sent)

        await soon(confirmed)


_LISTENERS = text(
    "select count(*) from pg_stat_activity where application_name = 'tixmo jobs'"
    " and datname = current_database() and query ilike 'listen%'"
)
_END_THEM = text(
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where application_name = 'tixmo jobs' and datname = current_database()"
)


def test_every_name_that_the_worker_speaks_is_in_the_container(container: Container) -> None:
    names = {*all_subscribers(), *CLOCKWORK, *JOBS}

    missing = {name for name in names if use_case(container, name) is None}

    assert missing == set()


@pytest.mark.parametrize("name", CLOCKWORK)
async def test_the_clockwork_may_do_what_it_does(container: Container, name: str) -> None:
    """TN-08: what is due is found with the system's columns; PostgreSQL refuses any other."""
    call = use_case(container, name)
    assert call is not None
    await call()
