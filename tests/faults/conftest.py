"""A fleet per test, and how long the tests may take."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest_asyncio

from entrypoints.settings import Settings
from tests.faults.fleet import Fleet


@pytest_asyncio.fixture(loop_scope="session")
async def fleet(
    settings: Settings, owner_connection: "psycopg.Connection[Any]", emptied: None
) -> AsyncIterator[Fleet]:
    fleet = Fleet(settings, owner_connection)
    yield fleet
    await fleet.dock()
