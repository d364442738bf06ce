"""The moment at which a doctor looks: everything as it was at one instant, and nothing hidden."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.postgres.database import as_system, create_engine, in_our_words
from entrypoints.settings import Settings

_OPEN = text(
    """
    select set_config('app.scope', 'organizations', true),
           set_config('app.organization_ids', '{}', true),
           set_config('app.person_id', '00000000-0000-0000-0000-000000000000', true)
    """
)
# A doctor looks as the application does, with every organisation in its scope; and what belongs to
# none has the nil id.
_ALL = text(
    "select array_agg(id) || cast('00000000-0000-0000-0000-000000000000' as uuid)"
    " from organizations"
)
_SEE = text("select set_config('app.organization_ids', cast(cast(:ids as uuid[]) as text), true)")


@asynccontextmanager
async def snapshot_of(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A read-only REPEATABLE READ transaction over all organisations. Raises DatabaseDown."""
    with in_our_words():
        async with engine.connect() as connection:
            await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            await connection.execute(_OPEN)
            async with as_system(connection):
                ids = (await connection.execute(_ALL)).scalar_one()
            await connection.execute(_SEE, {"ids": ids})
            yield connection


@asynccontextmanager
async def snapshot(settings: Settings) -> AsyncIterator[AsyncConnection]:
    """The same on a connection of its own."""
    engine = create_engine(settings.database_url, pool_size=1)
    try:
        async with snapshot_of(engine) as connection:
            yield connection
    finally:
        await engine.dispose()
