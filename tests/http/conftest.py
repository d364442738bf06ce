"""What tests of the doors may ask for besides."""

from collections.abc import AsyncIterator

import pytest_asyncio
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container, make_container
from entrypoints.http.app import create_app


@pytest_asyncio.fixture(loop_scope="session")
async def second_client(container: Container) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The application once more on the same servers, sharing no memory: a second process."""
    core = container.core
    second = make_container(container.settings())
    second.core.clock.override(providers.Object(core.clock()))
    second.core.virtual_clock.override(providers.Object(core.virtual_clock()))
    async with AsyncTestClient(create_app(second), raise_server_exceptions=False) as client:
        yield client
