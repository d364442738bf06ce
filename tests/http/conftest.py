"""What tests of the doors may ask for besides."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import msgspec
import psycopg
import pytest
import pytest_asyncio
import structlog
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient
from structlog.testing import LogCapture

from adapters.oidc.fetching import ProviderCalls
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.conftest import VirtualClock
from tests.http.kept import Kept, forget
from tests.http.repeating import World, a_world
from tests.oidc_double import CLIENT_ID, ISSUER, SECRET, OidcDouble
from tests.standing import Standing, StandingContainer

SHOP = "https://shop.example/signed-in"
_PROVIDER = {"name": "corp", "issuer": ISSUER, "clientId": CLIENT_ID, "clientSecret": SECRET}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a provider where people may sign in besides, and a shop that takes them back."""
    listed = msgspec.json.encode([_PROVIDER]).decode()
    return msgspec.structs.replace(settings, oidc_providers=listed, oidc_redirect_uris=SHOP)


@pytest.fixture
def oidc(clock: VirtualClock) -> OidcDouble:
    return OidcDouble(clock)


@pytest.fixture
def container(container: Container, oidc: OidcDouble) -> Container:
    calls = ProviderCalls(oidc.wire(), allow_http=True)
    container.login_providers.provider_calls.override(providers.Object(calls))
    return container


@pytest.fixture(scope="session")
def second_standing() -> tuple[StandingContainer, Standing]:
    return StandingContainer(), Standing()


@pytest_asyncio.fixture(loop_scope="session")
async def second_client(
    container: Container, second_standing: tuple[StandingContainer, Standing]
) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The application once more on the same servers, sharing no memory: a second process."""
    core = container.core
    containers, applications = second_standing
    second = containers.anew(container.settings())
    second.core.clock.override(providers.Object(core.clock()))
    second.core.virtual_clock.override(providers.Object(core.virtual_clock()))
    app = applications.app(second)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def kept_world() -> Kept[World]:
    return Kept()


@pytest_asyncio.fixture(loop_scope="session")
async def world(
    kept_world: Kept[World],
    client: AsyncTestClient[Litestar],
    clock: VirtualClock,
    container: Container,
    owner_connection: psycopg.Connection[Any],
) -> World:
    """An organisation with an event on sale, and somebody who buys; nothing else is there."""
    kept = await kept_world.again(owner_connection, lambda: a_world(client, clock))
    forget([kept.event], container.settings().redis_url)
    return replace(kept, client=client, clock=clock)


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged meanwhile."""
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[capture], cache_logger_on_first_use=False)
    yield capture.entries
    structlog.configure(**before)
