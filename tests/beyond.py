"""What tests write and look up behind the product's back: the rows of all tenants."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import msgspec
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from adapters.embedded.postgres import SUPERUSER
from adapters.postgres.database import Database, driver_url


@asynccontextmanager
async def all_rows(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction of the superuser, for whom no row-level security is; committed at the end."""
    async with superuser_engine(database.engine).begin() as connection:
        yield connection


def superuser_engine(engine: AsyncEngine) -> AsyncEngine:
    """The same database, for the superuser; it keeps no connections."""
    given = os.environ.get("TIXMO_TEST_DATABASE_URL")
    superuser = driver_url(given) if given else engine.url.set(username=SUPERUSER)
    return _engine(superuser.set(database=engine.url.database).render_as_string(False))


@cache
def _engine(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        poolclass=NullPool,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
    )
