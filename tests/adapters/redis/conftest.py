from collections.abc import AsyncIterator

import pytest_asyncio

from tests.troubled_line import TroubledLine
from tests.valkey import OwnValkey


@pytest_asyncio.fixture(loop_scope="session")
async def line(own_valkey: OwnValkey) -> AsyncIterator[TroubledLine]:
    async with TroubledLine(own_valkey.socket) as line:
        yield line
