"""One line per request, with an id that the caller sees too, and nothing private."""

import asyncio
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.http.request_lines import FLUSH_SECONDS, LINES_MAX, RequestLines, request_lines
from entrypoints.http.request_log import tell_structlog
from entrypoints.logging import configure_logging
from entrypoints.settings import Settings

Client = AsyncTestClient[Litestar]
UNKNOWN = "/api/v1/venues/01a1fc63-64c1-74f7-97de-51ec22915226"


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


FACTS = ("0123456789abcdef", "GET", "/api/v1/events/{event_id}", 200, 1.25)


async def test_lines_that_leave_together_are_those_that_leave_alone() -> None:
    alone, together = io.StringIO(), io.StringIO()
    before = structlog.get_config()
    configure_logging(Settings(), stream=alone)
    structlog.configure(cache_logger_on_first_use=False)  # Else it would write here for ever.
    tell_structlog(*FACTS)
    structlog.configure(**before)

    lines = RequestLines(together)
    lines(*FACTS)
    lines.flush()

    one, other = json.loads(alone.getvalue()), json.loads(together.getvalue())
    assert list(one) == list(other)
    times = [datetime.fromisoformat(line.pop("timestamp")) for line in (one, other)]
    assert one == other
    assert times[1] - times[0] < timedelta(seconds=5)
    assert together.getvalue().endswith('Z"}\n')


async def test_lines_leave_soon_or_when_there_are_many() -> None:
    out = io.StringIO()
    lines = RequestLines(out)

    lines(*FACTS)
    assert out.getvalue() == ""
    await asyncio.sleep(FLUSH_SECONDS * 2)
    assert len(out.getvalue().splitlines()) == 1
    for _ in range(LINES_MAX):
        lines(*FACTS)

    assert len(out.getvalue().splitlines()) == 1 + LINES_MAX


def test_a_quiet_log_has_no_lines() -> None:
    assert request_lines(Settings(log_level="warning"), stream=io.StringIO()) is None
    assert isinstance(request_lines(Settings(), stream=io.StringIO()), RequestLines)
