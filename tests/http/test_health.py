"""The health page, on what really runs."""

from typing import Any

import pytest
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from adapters.postgres.database import Database, create_engine
from adapters.postgres.pulse import PostgresPulse
from adapters.redis.pulse import RedisPulse
from entrypoints.container import Container
from entrypoints.http.app import create_app
from tests.beyond import all_rows

Client = AsyncTestClient[Litestar]


@pytest.mark.parametrize("path", ["/health", "/api/v1/health"])
async def test_health_tells_of_every_part(client: Client, path: str) -> None:
    response = await client.get(path)

    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    assert body["status"] == "ok"
    assert body["version"]
    assert {name: check["status"] for name, check in body["checks"].items()} == {
        "database": "ok",
        "cache": "ok",
        "queue": "ok",
    }
    assert body["checks"]["queue"]["lagSeconds"] == 0
    assert response.headers["cache-control"] == "no-store"


@pytest.fixture
def nowhere() -> str:
    return "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"


async def test_without_the_database_the_answer_is_503_and_comes(
    container: Container, nowhere: str
) -> None:
    engine = create_engine(nowhere)
    container.core.engine.override(providers.Object(engine))

    async with AsyncTestClient(create_app(container)) as client:
        response = await client.get("/health")

    assert response.status_code == 503
    assert response.json()["status"] == "down"
    assert response.json()["checks"]["cache"]["status"] == "ok"


async def test_without_the_cache_requests_are_still_served(container: Container) -> None:
    container.health.cache_pulse.override(providers.Object(RedisPulse("redis://127.0.0.1:1/0")))

    async with AsyncTestClient(create_app(container)) as client:
        response = await client.get("/health")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["checks"]["cache"]["status"] == "down"


async def test_the_lag_is_the_age_of_the_oldest_work_that_is_due(postgres: Database) -> None:
    pulse = PostgresPulse(postgres)
    empty = await pulse.queue()
    async with all_rows(postgres) as connection:
        for statement in (
            "insert into procrastinate_jobs (queue_name, task_name, scheduled_at) values"
            " ('mail', 'later', now() + interval '1 h'), ('mail', 'due', now() - interval '90 s')",
            "insert into event_log"
            " (organization_id, type, type_version, aggregate_id, payload, recorded_at) values"
            " (gen_random_uuid(), 'x', 1, gen_random_uuid(), '{}', now() - interval '30 s')",
        ):
            await connection.execute(text(statement))

    lag, waiting, failed = await pulse.queue()

    assert empty == (0.0, 0, 0)
    assert 90 <= lag < 100
    assert (waiting, failed) == (1, 0)
