"""API keys at the doors: what they open and what they never do, and where none is seen (AU-14)."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import structlog
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from entrypoints.logging import configure_logging
from entrypoints.settings import Settings
from tests.http.repeating import AN_EVENT, World, a_world

Client = AsyncTestClient[Litestar]
Json = dict[str, Any]


async def a_key(world: World, *scopes: str, **facts: Any) -> Json:
    body = {"name": "Till", "scopes": list(scopes) or ["events_view"]} | facts
    path = f"/organizations/{world.organization}/api-keys"
    key: Json = await world.ask("POST", path, world.promoter, body)
    return key


async def send(
    client: Client, method: str, path: str, secret: str = "", json: Any = None, **headers: str
) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if secret:
        sent["Authorization"] = f"Bearer {secret}"
    return await client.request(method, f"/api/v1{path}", headers=sent, json=json)


async def test_a_key_works_for_its_organisation(client: Client, world: World) -> None:
    key = await a_key(world, "events_view", "events_edit", "orders_view")

    made = await send(client, "POST", "/events", key["secret"], AN_EVENT | world.of_mine)
    assert made.status_code == 201, made.text
    draft = await send(client, "GET", f"/events/{made.json()['id']}", key["secret"])
    assert draft.status_code == 200
    mine = await send(client, "GET", "/organizations", key["secret"])
    assert [one["id"] for one in mine.json()["items"]] == [world.organization]
    await world.order()
    orders = await send(
        client, "GET", f"/orders?organizationId={world.organization}", key["secret"]
    )
    assert len(orders.json()["items"]) == 1
    refused = await send(client, "POST", f"/events/{world.event}/unpublish", key["secret"])
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_a_key_scans(client: Client, world: World) -> None:
    key = await a_key(world, "scan")
    barcode = await world.barcode()
    scan = {"barcode": barcode}

    answer = await send(client, "POST", "/scanners/scan", key["secret"], scan)
    assert (answer.status_code, answer.json()["result"]) == (200, "accepted"), answer.text

    await world.ask(
        "DELETE", f"/organizations/{world.organization}/api-keys/{key['id']}", world.promoter
    )
    answer = await send(client, "POST", "/scanners/scan", key["secret"], scan)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_api_key")


async def test_a_key_works_for_its_events_alone(client: Client, world: World) -> None:
    other = await world.draft()
    key = await a_key(world, "events_edit", eventIds=[world.event])

    refused = await send(client, "PATCH", f"/events/{other}", key["secret"], {"name": "X"})

    assert refused.status_code in (403, 404)
    foreign = await a_world(client, world.clock, "other.example")
    wish = {"name": "Till", "scopes": ["scan"], "eventIds": [foreign.event]}
    path = f"/organizations/{world.organization}/api-keys"
    refused = await send(client, "POST", path, world.promoter, wish)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_events")
    assert refused.json()["errors"][0]["path"] == "$.eventIds"


ONE = [{"ticketTypeId": "{ticket_type}", "quantity": 1}]
PERSONAL = [
    ("GET", "/auth/me", None),
    ("POST", "/auth/logout", None),
    ("POST", "/organizations", {"name": "Moon", "type": "venue"}),
    ("GET", "/orders", None),
    ("GET", "/tickets", None),
    ("GET", "/payments", None),
    ("GET", "/cart", None),
    ("POST", "/cart/items", {"ticketTypeId": "{ticket_type}", "quantity": 1}),
    ("POST", "/orders", {"items": ONE}),
    ("POST", "/payments/create-intent", {"orderId": "{event}"}),
    ("POST", "/events/{event}/queue", None),
    ("POST", "/events/{event}/waiting-list", {"ticketTypeId": "{ticket_type}", "quantity": 1}),
    ("GET", "/waiting-list", None),
    ("POST", "/promo-codes/validate", {"code": "x", "items": ONE}),
    ("GET", "/organizations/{organization}/api-keys", None),
]


async def test_what_people_do_themselves_no_key_does(
    client: Client, world: World, owner_connection: psycopg.Connection[Any]
) -> None:
    key = await a_key(world, "events_view", "orders_view", "tickets_view", "payments_view")
    of = {
        "event": world.event,
        "ticket_type": world.ticket_type,
        "organization": world.organization,
    }

    for method, path, body in PERSONAL:
        text = json.dumps(body)
        for name, id_ in of.items():
            path, text = path.replace(f"{{{name}}}", id_), text.replace(f"{{{name}}}", id_)
        answer = await send(client, method, path, key["secret"], json.loads(text))

        assert (answer.status_code, answer.json()["code"]) == (403, "person_required"), path
    bought = owner_connection.execute("select count(*) from orders").fetchone()
    assert bought == (0,)


async def test_the_secret_is_shown_once(client: Client, world: World) -> None:
    key = await a_key(world)
    path = f"/organizations/{world.organization}/api-keys"

    shown = await world.ask("GET", f"{path}/{key['id']}", world.promoter)
    listed = await world.ask("GET", path, world.promoter)

    assert listed["items"] == [shown]
    assert shown == {name: value for name, value in key.items() if name != "secret"}
    assert shown["status"] == "active"
    assert key["secret"].startswith(shown["prefix"] + "_")


async def test_a_rotation_overlaps(client: Client, world: World) -> None:
    key = await a_key(world)
    path = f"/organizations/{world.organization}/api-keys/{key['id']}"

    new = await world.ask("POST", f"{path}/rotate", world.promoter, {"overlapHours": 1})

    assert new["previousSecretExpiresAt"] == "2026-06-01T13:00:00Z"
    for secret in (key["secret"], new["secret"]):
        assert (await send(client, "GET", "/organizations", secret)).status_code == 200
    world.clock.advance(timedelta(hours=1))
    old = await send(client, "GET", "/organizations", key["secret"])
    assert (old.status_code, old.json()["code"]) == (401, "invalid_api_key")
    assert (await send(client, "GET", "/organizations", new["secret"])).status_code == 200


async def test_a_revoked_key_is_refused_everywhere(
    client: Client, second_client: Client, world: World
) -> None:
    """At once where it was revoked; elsewhere writes at once, and reads within 5 s."""
    key = await a_key(world, "events_view", "events_edit")
    for door in (client, second_client):
        assert (await send(door, "GET", "/organizations", key["secret"])).status_code == 200

    path = f"/organizations/{world.organization}/api-keys/{key['id']}"
    await world.ask("DELETE", path, world.promoter)

    here = await send(client, "GET", "/organizations", key["secret"])
    assert (here.status_code, here.json()["code"]) == (401, "invalid_api_key")
    event = AN_EVENT | world.of_mine
    written = await send(second_client, "POST", "/events", key["secret"], event)
    assert (written.status_code, written.json()["code"]) == (401, "session_ended")
    world.clock.advance(timedelta(seconds=5))
    there = await send(second_client, "GET", "/organizations", key["secret"])
    assert there.status_code == 401
    assert (await world.ask("GET", path, world.promoter))["status"] == "revoked"


async def test_the_last_use_is_told_to_the_minute(
    client: Client, world: World, container: Container
) -> None:
    key = await a_key(world)
    path = f"/organizations/{world.organization}/api-keys/{key['id']}"

    async def used() -> Any:
        world.clock.advance(timedelta(seconds=20))
        await send(client, "GET", "/organizations", key["secret"])
        await container.key_bearers.uses().close()
        return (await world.ask("GET", path, world.promoter))["lastUsedAt"]

    assert key["lastUsedAt"] is None
    told = [await used() for _ in range(5)]

    assert told == ["2026-06-01T12:00:20Z"] * 3 + ["2026-06-01T12:01:20Z"] * 2


async def test_many_keys_at_once_are_each_themselves(client: Client, world: World) -> None:
    keys = [await a_key(world, name=f"Till {n}") for n in range(5)]
    right = keys[0]["secret"]
    wrong = right[:-1] + ("1" if right.endswith("0") else "0")

    secrets = [key["secret"] for key in keys] + [wrong]
    answers = await asyncio.gather(*(send(client, "GET", "/organizations", s) for s in secrets))

    assert [answer.status_code for answer in answers][:5] == [200] * 5
    assert answers[5].status_code == 401


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """All that is logged, by us and by libraries, as talkative as they can be."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    configure_logging(Settings(log_level="debug"), stream=out)
    structlog.configure(cache_logger_on_first_use=False)  # Else it would write here for ever.
    yield out
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level


async def test_au_14_a_key_is_seen_nowhere(
    client: Client,
    world: World,
    log_lines: io.StringIO,
    owner_connection: psycopg.Connection[Any],
) -> None:
    """The canary: one key, sent wherever a clumsy client might, and then everything is searched."""
    kept_key = "5f0c7cf3-2f2c-4a6e-9b0e-6f8f6f3c1f99"
    path = f"/organizations/{world.organization}/api-keys"
    body = {"name": "Till", "scopes": ["events_view", "events_edit"]}
    made = await send(client, "POST", path, world.promoter, body, Idempotency_Key=kept_key)
    secret = made.json()["secret"]
    canary = secret[20:63]  # Without the prefix, which may be shown.
    answers = [
        await send(client, "GET", "/organizations", secret),
        await send(client, "GET", f"/events?q={secret}"),
        await send(client, "GET", f"/events?apiKey={secret}", secret),
        await send(client, "GET", f"/events?access_token={secret.replace('_', '%5F')}"),
        await send(client, "POST", f"/orders?key={secret}", world.buyer, {"items": []}),
        await send(client, "GET", f"/events/{secret}", secret),
        await send(client, "GET", f"/{secret}"),
        await send(client, "POST", "/events", secret, {"name": 1, "secret": "x"}),
        await send(client, "POST", "/auth/login", "", {"email": secret, "password": secret}),
        await send(client, "POST", "/auth/refresh", "", {"refreshToken": secret}),
        await send(client, "POST", "/scanners/auth", "", {"apiKey": secret}),
        await send(client, "GET", "/organizations", secret[:-1]),
        await send(client, "GET", "/organizations", f"{secret} {secret}"),
        await send(client, "GET", "/organizations", secret, X_Request_Id=secret),
        await send(client, "POST", "/events", secret, {}, Idempotency_Key=secret),
        await send(client, "GET", f"{path}/{made.json()['id']}", world.promoter),
        await send(client, "GET", path, world.promoter),
        await send(client, "GET", "/auth/me", secret),
    ]
    structlog.get_logger("tixmo.some").error("odd", header=f"Bearer {secret}")
    try:
        raise ValueError(f"unexpected {secret}")
    except ValueError as error:
        structlog.get_logger("tixmo.some").error("failed", exc_info=error)
    logging.getLogger("some.library").warning("sent %s", secret)

    told = "\n".join(f"{answer.status_code} {answer.headers} {answer.text}" for answer in answers)
    assert canary not in told
    assert all(answer.status_code < 500 for answer in answers)
    refused = [answer.json()["code"] for answer in answers[1:7]]
    assert refused == ["secret_in_address"] * 6
    assert secret.rsplit("_", 2)[0][:20] in log_lines.getvalue()
    assert canary not in log_lines.getvalue()
    assert canary not in _everything_in(owner_connection)


async def test_a_key_is_seen_in_every_address(client: Client, world: World) -> None:
    """However often it is escaped, in any case, in the path and on the raw routes, too."""
    secret = (await a_key(world))["secret"]
    once = "".join(f"%{ord(sign):02x}" for sign in secret)
    twice = once.replace("%", "%25")
    for address in (
        *(f"/events?q={said}" for said in (secret, secret.upper(), once, twice)),
        f"/events?q={twice.replace('%', '%25')}",
        f"/events?{secret}=1",
        *(f"/events/{said}" for said in (secret, secret.upper(), once, twice)),
        f"/events/{world.event}?key={secret}",
        f"/{secret}/events",
        f"/organizations/{world.organization}/api-keys/{secret}",
    ):
        told = await send(client, "GET", address, world.promoter)
        assert (told.status_code, told.json()["code"]) == (400, "secret_in_address"), address
        named = "$.query" if "?" in address else "$.path"
        assert told.json()["errors"][0]["path"] == named
        assert secret[20:63].lower() not in told.text.lower()
    prefix = "_".join(secret.split("_")[:3])
    shown = await send(client, "GET", f"/events?q={prefix}", world.promoter)
    assert shown.status_code == 200


async def test_a_rotation_needs_no_words(client: Client, world: World) -> None:
    key = await a_key(world)
    path = f"/organizations/{world.organization}/api-keys/{key['id']}/rotate"

    new = await world.ask("POST", path, world.promoter)

    assert new["previousSecretExpiresAt"] == "2026-06-02T12:00:00Z"
    assert (await send(client, "GET", "/organizations", new["secret"])).status_code == 200


def _everything_in(connection: psycopg.Connection[Any]) -> str:
    names = connection.execute(
        "select tablename from pg_tables where schemaname = 'public'"
    ).fetchall()
    return "\n".join(
        text for (name,) in names for (text,) in connection.execute(f"select t::text from {name} t")
    )


async def test_a_repeat_is_told_the_secret_again(client: Client, world: World) -> None:
    path = f"/organizations/{world.organization}/api-keys"
    body = {"name": "Till", "scopes": ["events_view"]}

    first = await send(client, "POST", path, world.promoter, body, Idempotency_Key="once")
    again = await send(client, "POST", path, world.promoter, body, Idempotency_Key="once")

    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "status", "code", "path"),
    [
        ({"scopes": ["members_manage"]}, 422, "invalid_scopes", "$.scopes"),
        ({"scopes": []}, 422, "invalid_scopes", "$.scopes"),
        ({"scopes": ["everything"]}, 400, "malformed_request", "$.scopes[0]"),
        ({"name": ""}, 422, "invalid_text", "$.name"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, 422, "invalid_expiry", "$.expiresAt"),
        ({"expiresAt": "2030-01-01T00:00:00"}, 400, "malformed_request", "$.expiresAt"),
        ({"rateTier": "high"}, 403, "rate_tier_not_yours", None),
        ({"powers": ["scan"]}, 400, "malformed_request", "$"),
    ],
)
async def test_what_makes_no_key_is_refused(
    client: Client, world: World, body: Json, status: int, code: str, path: str | None
) -> None:
    wish = {"name": "Till", "scopes": ["events_view"]} | body
    keys = f"/organizations/{world.organization}/api-keys"

    refused = await send(client, "POST", keys, world.promoter, wish)

    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    if path is not None:
        assert refused.json()["errors"][0]["path"] == path
    assert (await world.ask("GET", keys, world.promoter))["items"] == []
