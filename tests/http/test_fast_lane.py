"""Raw routes stand before Litestar and are refused, logged and left alone as it would do it."""

from typing import Any

import pytest
from litestar import Litestar, get
from litestar.params import FromQuery
from litestar.testing import AsyncTestClient
from litestar.types import HTTPScope, Receive, Send
from structlog.testing import capture_logs

from domain.shared.errors import Conflict
from entrypoints.http.fast_lane import FastLane
from entrypoints.http.front import Front
from entrypoints.http.problems import HANDLERS
from entrypoints.http.request_log import RequestLog
from entrypoints.settings import Settings


class Taken(Conflict):
    """Somebody has it."""

    code = "taken"


class Raw:
    """Answers `/raw`, unless it is asked not to, or to fail."""

    template = "/raw"

    def matches(self, scope: HTTPScope) -> bool:
        return scope["path"] == "/raw"

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> bool:
        match scope["query_string"]:
            case b"leave":
                return False
            case b"refuse":
                raise Taken(seat="A1")
            case b"fail":
                raise RuntimeError("a mistake")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"raw", "more_body": False})
        return True


@get("/raw", media_type="text/plain")
async def cooked(refuse: FromQuery[str | None] = None) -> str:
    if refuse is not None:
        raise Taken(seat="A1")
    return "cooked"


def an_app() -> Litestar:
    app = Litestar([cooked], exception_handlers=HANDLERS, logging_config=None)
    app.asgi_handler = RequestLog(FastLane(app.asgi_handler, [Raw()]), Front(Settings()))
    return app


async def asked(query: str) -> tuple[Any, Any]:
    """The answer and the request's line."""
    with capture_logs() as lines:
        async with AsyncTestClient(an_app(), raise_server_exceptions=False) as client:
            answer = await client.get(f"/raw{query}")
    [line] = [line for line in lines if line["event"] == "request"]
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["status"] == answer.status_code
    assert line["path"] == "/raw"
    return answer, line


async def test_a_raw_route_answers() -> None:
    answer, line = await asked("")

    assert (answer.status_code, answer.text) == (200, "raw")
    assert line["method"] == "GET"


async def test_what_it_leaves_is_litestars() -> None:
    answer, _ = await asked("?leave")

    assert answer.text == "cooked"


async def test_a_refusal_is_the_one_that_litestar_gives() -> None:
    raw, _ = await asked("?refuse")
    async with AsyncTestClient(Litestar([cooked], exception_handlers=HANDLERS)) as client:
        usual = await client.get("/raw?refuse=1")

    assert raw.status_code == usual.status_code == 409
    assert raw.headers["content-type"] == usual.headers["content-type"]
    assert raw.json() == usual.json() | {"requestId": raw.headers["x-request-id"]}


async def test_a_mistake_is_told_without_its_story() -> None:
    with capture_logs() as lines:
        answer, _ = await asked("?fail")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "mistake" not in answer.text
    assert lines == []  # They went to the inner capture.


@pytest.mark.parametrize("path", ["/ra", "/raw/x", "/"])
async def test_other_paths_are_not_its(path: str) -> None:
    async with AsyncTestClient(an_app()) as client:
        assert (await client.get(path)).status_code == 404
