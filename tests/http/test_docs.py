"""The documentation: a page, its files, and the document it shows."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.testing import AsyncTestClient

from entrypoints.http.openapi import published

Client = AsyncTestClient[Litestar]
ROOT = Path(__file__).parents[2]
UNDOCUMENTED = {
    *("/", "/health", "/api/v1", "/api/v1/docs", "/api/v1/openapi.json"),
    # RFC 8414 says where it is and what it looks like.
    "/.well-known/oauth-authorization-server",
}


async def test_the_page_needs_nothing_from_elsewhere(client: Client) -> None:
    page = await client.get("/api/v1/docs")

    assert page.headers["content-type"].startswith("text/html")
    assert "://" not in page.text
    for file in ("swagger-ui.css", "swagger-ui-bundle.js", "docs.js"):
        assert (await client.get(f"/api/v1/docs/{file}")).status_code == 200


async def test_the_bare_address_leads_to_it(client: Client) -> None:
    response = await client.get("/", follow_redirects=False)

    assert response.headers["location"] == "/api/v1/docs"


async def test_the_document_is_the_committed_one(client: Client) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()

    assert document == json.loads((ROOT / "openapi.json").read_text())
    assert published(client.app) == (ROOT / "openapi.json").read_bytes()


async def test_every_route_is_documented_and_every_refusal_declared(client: Client) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    live = {
        (route.path_format, method)
        for route in client.app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and not route.path.startswith("/api/v1/docs/")
        for method in handler.http_methods - {"OPTIONS", "HEAD"}
    }

    documented = {
        (path, method.upper()) for path, item in document["paths"].items() for method in item
    }

    assert {entry for entry in live - documented if entry[0] not in UNDOCUMENTED} == set()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert {"400", "429", "503"} <= set(operation["responses"]), (path, method)


def references_of(part: Any) -> Iterator[str]:
    """Every $ref below a part of the document."""
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in inner:
        if key == "$ref" and isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from references_of(value)


def resolved(document: Any, reference: str) -> bool:
    """Whether a reference into the document leads somewhere."""
    found = document
    for word in reference.removeprefix("#/").split("/"):
        found = found.get(word.replace("~1", "/").replace("~0", "~"), {})
    return bool(found) and reference.startswith("#/")


async def test_every_reference_leads_somewhere(client: Client) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()

    references = set(references_of(document))

    assert "#/components/schemas/Problem" in references
    assert [one for one in sorted(references) if not resolved(document, one)] == []
    problem = document["components"]["schemas"]["Problem"]
    assert {"code", "detail", "requestId"} <= set(problem["required"])


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/nothing", "/api/v1/docs/nothing.js"])
async def test_what_is_not_there_is_a_problem_and_no_page(client: Client, path: str) -> None:
    response = await client.get(path)

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
