"""Whether PostgreSQL answers, and whether the work in it is being done."""

import time

import psycopg
from sqlalchemy import text

from adapters.postgres.database import Database, in_our_words
from application.shared.scope import SYSTEM
from application.shared.transaction import DatabaseDown

_QUEUE = text(
    """
    with due as (
        select id, scheduled_at from procrastinate_jobs
        where status = 'todo' and (scheduled_at is null or scheduled_at <= clock_timestamp())
        limit 1000
    ), oldest as (
        select coalesce(scheduled_at, (
            select max(at) from procrastinate_events where job_id = due.id
        )) as since
        from due order by id limit 1
    ), unsealed as (
        select recorded_at as since from event_log where position is null order by id limit 1
    )
    select
        coalesce((
            select extract(epoch from clock_timestamp() - min(since))
            from (select since from oldest union all select since from unsealed) as waiting
        ), 0) as lag,
        (select count(*) from due) as waiting,
        (select count(*) from procrastinate_jobs where status = 'failed') as failed
    """
)


class PostgresPulse:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ping(self) -> float:
        started = time.perf_counter()
        with in_our_words():
            async with self._database.engine.connect() as connection:
                await connection.execute(text("select 1"))
        return round((time.perf_counter() - started) * 1000, 2)

    async def queue(self) -> tuple[float, int, int]:
        try:
            async with self._database.read(SYSTEM) as connection:
                row = (await connection.execute(_QUEUE)).one()
        except psycopg.ProgrammingError as error:
            raise DatabaseDown("The database has no schema yet: migrate it.") from error
        return max(0.0, float(row.lag)), row.waiting, row.failed
