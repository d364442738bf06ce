"""Pages of other origins: those that are named may use the API, all others may not."""

from typing import Any, cast
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from entrypoints.door_settings import origins_in
from entrypoints.http.cross_origin import CrossOrigin
from tests.application.shared.test_rates import Seconds
from tests.http.fronts import behind, limits_of

Client = AsyncTestClient[Litestar]
SHOP = "https://shop.example"
NAMED = f"{SHOP}, http://localhost:5173"
PATHS = ["/api/v1/events", f"/api/v1/events/{uuid4()}", "/api/v1/orders", "/nowhere", "/health"]
ALLOWED = "access-control-allow-origin"

HOSTILE = [
    "null",
    "",
    "*",
    "http://shop.example",
    "https://shop.example:8443",
    "https://shop.example.evil.example",
    "https://evil.example/https://shop.example",
    "https://evilshop.example",
    "https://evil-shop.example",
    "https://a.shop.example",
    "https://shop.example@evil.example",
    "https://shop.example, https://evil.example",
    "https://SHOP.example",
    "https://shop.example.",
    "https://shop.example/",
    "https://shopXexample",
    "https://sh\xf6p.example",
    "file://",
    "http://localhost:51730",
    "http://localhost",
]


def asks(origin: str, method: str = "POST", headers: str = "authorization") -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }


async def test_au_13_nobody_is_allowed_by_default(client: Client) -> None:
    with behind(client):
        for path in PATHS:
            preflight = await client.options(path, headers=asks(SHOP))
            answer = await client.get(path, headers={"Origin": SHOP})

            for one in (preflight, answer):
                assert not [name for name in one.headers if name.startswith("access-control")]


async def test_au_13_a_named_origin_may_ask_on_every_route(client: Client) -> None:
    with behind(client, cors_origins=NAMED):
        for path in PATHS:
            for origin in (SHOP, "http://localhost:5173"):
                preflight = await client.options(path, headers=asks(origin))

                assert (preflight.status_code, preflight.content) == (204, b"")
                assert preflight.headers[ALLOWED] == origin
                assert "DELETE" in preflight.headers["access-control-allow-methods"]
                assert "authorization" in preflight.headers["access-control-allow-headers"]
                assert preflight.headers["access-control-max-age"] == "600"
                assert "Origin" in preflight.headers["vary"]
                assert "access-control-allow-credentials" not in preflight.headers


async def test_a_page_that_is_named_can_read_what_it_needs(client: Client) -> None:
    with behind(client, cors_origins=NAMED):
        answer = await client.get("/api/v1/events", headers={"Origin": SHOP})
        other = await client.get("/api/v1/events")

    assert answer.headers[ALLOWED] == SHOP
    told = set(answer.headers["access-control-expose-headers"].split(", "))
    assert {"location", "ratelimit", "x-request-id", "idempotency-replayed", "etag"} <= told
    # A cache between us must not hand the one's answer to the other.
    for one in (answer, other):
        assert "Origin" in ", ".join(one.headers.get_list("vary"))
    assert ALLOWED not in other.headers


@pytest.mark.parametrize("named", [NAMED, f"{NAMED}, *"])
def test_au_13_an_origin_that_resembles_one_is_another(named: str) -> None:
    origins = CrossOrigin(origins_in(named))
    for origin in HOSTILE:
        given = {b"origin": origin.encode("latin-1"), b"authorization": b"Bearer a"}

        assert not [name for name, _ in origins.told(given) if name == ALLOWED.encode()], origin
        preflight = dict(origins.preflight(given) or ())
        assert preflight.get(ALLOWED.encode()) in (None, b"*"), origin
        assert b"authorization" not in preflight.get(b"access-control-allow-headers", b""), origin


async def test_au_13_hostile_origins_at_the_door(client: Client) -> None:
    with behind(client, cors_origins=NAMED):
        for origin in HOSTILE:
            sent = cast(Any, {"Origin": origin.encode("latin-1")})
            answer = await client.get("/api/v1/events", headers=sent)
            preflight = await client.options("/api/v1/events", headers=cast(Any, asks(SHOP) | sent))

            assert ALLOWED not in answer.headers, origin
            assert ALLOWED not in preflight.headers, origin


async def test_everybody_may_read_what_is_public_and_send_no_token(client: Client) -> None:
    with behind(client, cors_origins="*"):
        public = await client.get("/api/v1/events", headers={"Origin": "https://any.example"})
        token = {"Origin": "https://any.example", "Authorization": "Bearer a.b.c"}
        private = await client.get("/api/v1/auth/me", headers=token)
        preflight = await client.options("/api/v1/orders", headers=asks("https://any.example"))

    assert public.headers[ALLOWED] == "*"
    assert ALLOWED not in private.headers
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD"
    assert "authorization" not in preflight.headers["access-control-allow-headers"]


async def test_a_refused_page_learns_why_and_preflights_count_for_nobody(
    client: Client, container: Container
) -> None:
    limits = limits_of(container, Seconds(), "network-catalogue=60/1")
    with behind(client, limits, cors_origins=NAMED):
        for _ in range(5):
            assert (await client.options("/api/v1/events", headers=asks(SHOP))).status_code == 204
        await client.get("/api/v1/events", headers={"Origin": SHOP})
        refused = await client.get("/api/v1/events", headers={"Origin": SHOP})

    assert refused.status_code == 429
    assert refused.headers[ALLOWED] == SHOP


NO_ORIGINS = [
    "null",
    "shop.example",
    "https://",
    "https://shop.example/",
    "https://*.example",
    "**",
    "https://Shop.example",
    "ftp://shop.example",
    "https://shop.example evil.example",
]


@pytest.mark.parametrize("written", NO_ORIGINS)
def test_what_is_no_origin_cannot_be_named(written: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        origins_in(written)
