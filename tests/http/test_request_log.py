"""One line per request, with an id that the caller sees too, and nothing private."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from litestar import Litestar
from litestar.testing import AsyncTestClient
from structlog.testing import LogCapture

Client = AsyncTestClient[Litestar]
UNKNOWN = "/api/v1/venues/01a1fc63-64c1-74f7-97de-51ec22915226"


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[capture], cache_logger_on_first_use=False)
    yield capture.entries
    structlog.configure(**before)


async def test_a_request_leaves_one_line(client: Client, lines: list[Any]) -> None:
    response = await client.get(UNKNOWN)

    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["method"] == "GET"
    assert line["path"] == "/api/v1/venues/{venue_id}"
    assert line["status"] == 404
    assert line["duration_ms"] >= 0
    assert line["request_id"] == response.headers["x-request-id"]


async def test_a_refusal_names_the_request(client: Client) -> None:
    response = await client.get(UNKNOWN)

    assert response.json()["requestId"] == response.headers["x-request-id"]


async def test_a_sane_id_of_the_caller_is_kept(client: Client) -> None:
    response = await client.get(UNKNOWN, headers={"X-Request-Id": "trace-0123456789"})

    assert response.headers["x-request-id"] == "trace-0123456789"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 123", 'quote"12345678'])
async def test_an_id_that_could_harm_a_log_is_replaced(client: Client, given: str) -> None:
    response = await client.get(UNKNOWN, headers={"X-Request-Id": given})

    assert response.headers["x-request-id"] != given
    assert len(response.headers["x-request-id"]) == 32


async def test_neither_query_nor_header_nor_body_is_logged(
    client: Client, lines: list[Any]
) -> None:
    await client.post(
        "/api/v1/venues?token=secret-in-query",
        headers={"Authorization": "Basic secret-in-header"},
        content=b'{"password": "secret-in-body"}',
    )

    assert lines
    assert "secret" not in repr(lines)


async def test_an_unknown_route_has_its_line_and_its_id(client: Client, lines: list[Any]) -> None:
    response = await client.get("/nothing/secret-in-path")

    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["status"] == response.status_code == 404
    assert line["request_id"] == response.headers["x-request-id"]
    assert "secret" not in repr(line)
