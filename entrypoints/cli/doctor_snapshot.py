"""The moment at which a doctor looks: everything as it was at one instant, and nothing hidden."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.postgres.database import create_engine, in_our_words
from entrypoints.settings import Settings

# With row security off, a policy that would hide rows is an error and not a clean bill of health.
_SEE_ALL = text(
    "select set_config('row_security', 'off', true), set_config('app.scope', 'system', true)"
)


@asynccontextmanager
async def snapshot_of(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A read-only REPEATABLE READ transaction over all organisations. Raises DatabaseDown."""
    with in_our_words():
        async with engine.connect() as connection:
            await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            await connection.execute(_SEE_ALL)
            yield connection


@asynccontextmanager
async def snapshot(settings: Settings) -> AsyncIterator[AsyncConnection]:
    """The same in the role that may see all: the owner, or else the application."""
    engine = create_engine(settings.owner_database_url or settings.database_url, pool_size=1)
    try:
        async with snapshot_of(engine) as connection:
            yield connection
    finally:
        await engine.dispose()
