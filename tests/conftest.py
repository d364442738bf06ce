"""Fixtures that every suite may ask for: real servers, a virtual clock, a container on both."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_asyncio
import structlog
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.memory.database import MemoryDatabase
from adapters.postgres.database import Database, create_engine
from adapters.redis.door import CacheDoor
from adapters.system.ids import SystemIds
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.emptying import empty
from tests.lasting_engine import LastingEngine
from tests.name_servers import KnownRecords
from tests.servers import TestServers, clone_for, start_servers
from tests.standing import Standing, StandingContainer
from tests.valkey import OwnValkey

LONG_ONES = {"fuzz", "e2e", "chaos", "simulation", "faults"}
"""Suites where one test may take a minute: begun first, so that no worker is left alone with it."""
SERVERS = pytest.StashKey[TestServers]()

# Without local variables: to print a whole application takes minutes, and gigabytes.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


class VirtualClock:
    """Time that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """The xdist controller starts the servers once and tells every worker where they are."""
    config = node.config
    if SERVERS not in config.stash:
        config.stash[SERVERS] = start_servers()
    node.workerinput["tixmo_servers"] = config.stash[SERVERS].addresses()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(here).parts[0] not in LONG_ONES)


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVERS in config.stash:
        config.stash[SERVERS].stop()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest, worker_id: str) -> TestServers:
    """PostgreSQL (with a migrated template) and Valkey, shared by all workers."""
    config = request.config
    workerinput = getattr(config, "workerinput", None)
    if workerinput is not None:
        return TestServers(**workerinput["tixmo_servers"])
    if SERVERS not in config.stash:
        config.stash[SERVERS] = start_servers()
    return config.stash[SERVERS]


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    workerinput = getattr(request.config, "workerinput", None)
    return str(workerinput["workerid"]) if workerinput else "main"


@pytest.fixture(scope="session")
def database_urls(servers: TestServers, worker_id: str) -> tuple[str, str]:
    """This worker's own database: the application's address and the owner's."""
    return clone_for(servers, worker_id)


@pytest.fixture(scope="session")
def postgres_url(database_urls: tuple[str, str]) -> str:
    return database_urls[0]


@pytest.fixture(scope="session")
def redis_url(servers: TestServers) -> str:
    return servers.redis_url


@pytest.fixture
def own_valkey() -> Iterator[OwnValkey]:
    """A Valkey that this test may flush, starve and kill."""
    valkey = OwnValkey()
    try:
        valkey.start()
        yield valkey
    finally:
        valkey.remove()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    engine = LastingEngine(create_engine(postgres_url, pool_wait_s=20))
    yield engine
    await engine.end()


@pytest.fixture(scope="session")
def owner_connection(
    servers: TestServers, database_urls: tuple[str, str]
) -> Iterator[psycopg.Connection[Any]]:
    """The owner of the server, who sees the rows of all tenants in this worker's database."""
    name = make_url(database_urls[0]).database
    assert name is not None
    with psycopg.connect(servers.url(name), autocommit=True) as connection:
        yield connection


@pytest.fixture
def emptied(owner_connection: psycopg.Connection[Any]) -> None:
    """All tables empty, all sequences at the beginning."""
    empty(owner_connection)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def ids() -> SystemIds:
    return SystemIds()


@pytest.fixture
def memory(clock: VirtualClock) -> MemoryDatabase:
    return MemoryDatabase(clock)


@pytest.fixture
def settings(postgres_url: str, redis_url: str, tmp_path: Path) -> Settings:
    return Settings(
        env="test",
        home=tmp_path,
        database_url=postgres_url,
        redis_url=redis_url,
        signing_secrets="1:" + "dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE=",
        password_cost="low",
        mail="console",
        rate_limits="off",
    )


@pytest.fixture
def cache_door(settings: Settings) -> CacheDoor:
    """More patient than the product's: a busy machine should not look like a lost cache."""
    return CacheDoor(settings.redis_url, connect_seconds=10, answer_seconds=20)


@pytest.fixture(scope="session")
def standing_container() -> StandingContainer:
    return StandingContainer()


@pytest_asyncio.fixture(loop_scope="session")
async def container(
    standing_container: StandingContainer,
    settings: Settings,
    engine: AsyncEngine,
    clock: VirtualClock,
    cache_door: CacheDoor,
    emptied: None,
) -> AsyncIterator[Container]:
    """The real container on this worker's PostgreSQL, in virtual time."""
    container = standing_container.anew(settings)
    container.core.engine.override(providers.Object(engine))
    container.core.clock.override(providers.Object(clock))
    container.core.virtual_clock.override(providers.Object(clock))
    container.core.cache_door.override(providers.Object(cache_door))
    container.organizations.domain_records.override(providers.Object(KnownRecords()))
    yield container
    await container.key_bearers.uses().close()  # Or the next test waits for its locks.
    await cache_door.close()


@pytest.fixture
def postgres(container: Container) -> Database:
    database: Database = container.core.database()
    return database


@pytest.fixture(scope="session")
def standing() -> Standing:
    return Standing()


@pytest_asyncio.fixture(loop_scope="session")
async def client(
    container: Container, standing: Standing
) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The whole application, reached without a socket."""
    app = standing.app(container)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        yield client
