"""What every answer tells browsers and caches, whoever gave it."""

import re
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from entrypoints.http.safe_headers import SafeHeaders
from tests.application.shared.test_rates import Seconds
from tests.http.fronts import behind, limits_of
from tests.http.test_the_first_sale import a_person, an_event

Client = AsyncTestClient[Litestar]
SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}
SWAGGER = Path(__file__).parents[2] / "entrypoints" / "http" / "swagger"


async def every_kind(client: Client) -> dict[str, Any]:
    promoter = await a_person(client, "promoter@example.com")
    _, ticket_type = await an_event(client, promoter)
    bearer = {"Authorization": f"Bearer {promoter}"}
    page = f"/api/v1/events/{ticket_type['eventId']}"
    shown = await client.get(page)
    return {
        "raw page": shown,
        "unchanged": await client.get(page, headers={"If-None-Match": shown.headers["etag"]}),
        "page of a member": await client.get(page, headers=bearer),
        "own account": await client.get("/api/v1/auth/me", headers=bearer),
        "not signed in": await client.get("/api/v1/auth/me"),
        "raw refusal": await client.post("/api/v1/orders", headers=bearer, json={"items": 1}),
        "no route": await client.get("/nowhere"),
        "no method": await client.delete("/api/v1/venues"),
        "options": await client.options("/api/v1/venues"),
        "too large": await client.post("/api/v1/orders", headers=bearer, content=b"x" * 300_000),
        "redirect": await client.get("/", follow_redirects=False),
        "script": await client.get("/api/v1/docs/docs.js"),
        "document": await client.get("/api/v1/openapi.json"),
        "health": await client.get("/health"),
        "long address": await client.get("/api/v1/events?x=" + "y" * 9_000),
    }


async def test_au_17_every_answer_is_safe_whoever_gives_it(client: Client) -> None:
    """No address with a secret in it goes to the next page as its Referer."""
    answers = await every_kind(client)

    for what, answer in answers.items():
        found = {name: answer.headers.get_list(name) for name in SAFE}
        assert found == {name: [value] for name, value in SAFE.items()}, what
        assert len(answer.headers.get_list("cache-control")) == 1, what
        assert "strict-transport-security" not in answer.headers, what
        assert not re.search(r"\d", answer.headers.get("server", "")), what
    statuses = {what: answer.status_code for what, answer in answers.items()}
    assert statuses | {"no route": 404, "no method": 405, "too large": 413} == statuses
    assert (statuses["unchanged"], statuses["long address"]) == (304, 414)
    assert answers["long address"].json()["code"] == "address_too_long"


async def test_what_was_asked_with_a_token_is_kept_nowhere(client: Client) -> None:
    answers = await every_kind(client)

    kept = {what: answer.headers["cache-control"] for what, answer in answers.items()}
    own_words = {
        "raw page": "public, max-age=1",
        "unchanged": "public, max-age=1",
        "page of a member": "private, no-cache",
        "script": "max-age=3600",
    }
    assert kept == dict.fromkeys(kept, "no-store") | own_words


async def test_a_mistake_of_ours_is_safe_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr("entrypoints.http.openapi.Response", fail)
    answer = await client.get("/api/v1/docs")

    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in SAFE} == SAFE
    assert answer.headers["cache-control"] == "no-store"


async def test_a_refused_request_is_answered_safely(client: Client, container: Container) -> None:
    with behind(client, limits_of(container, Seconds(), "network-catalogue=60/1")):
        await client.get("/api/v1/events")
        refused = await client.get("/api/v1/events")

    assert refused.status_code == 429
    assert {name: refused.headers[name] for name in SAFE} == SAFE
    assert refused.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("public_url", "is_strict"),
    [("https://tickets.example", True), ("http://tickets.example", False), ("", False)],
)
async def test_browsers_stay_with_https_where_that_is_our_address(
    client: Client, public_url: str, is_strict: bool
) -> None:
    with behind(client, public_url=public_url):
        answer = await client.get("/nowhere")

    assert ("max-age=31536000" in answer.headers.get("strict-transport-security", "")) is is_strict


def test_a_route_may_say_otherwise() -> None:
    safe = SafeHeaders(is_https=True)
    own = [(b"content-type", b"text/html"), (b"content-security-policy", b"x")]
    own += [(b"cache-control", b"public"), (b"referrer-policy", b"origin")]

    headers = safe.around(own, [(b"x-request-id", b"7")])

    names = [name for name, _ in headers]
    assert sorted(names) == sorted(set(names))
    assert headers[: len(own)] == own
    assert (b"x-content-type-options", b"nosniff") in headers
    assert headers[-1] == (b"x-request-id", b"7")


async def test_the_documentation_runs_its_own_scripts_and_nothing_else(client: Client) -> None:
    page = await client.get("/api/v1/docs")

    [policy] = page.headers.get_list("content-security-policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    # No script stands in the page itself, so that policy leaves it whole.
    html = (SWAGGER / "docs.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"\bon[a-z]+=", html) == []
