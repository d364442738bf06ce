"""Every write of the published API is repeated with its key, and nothing happens twice (ID-01).

Sent with something else, the key is refused (ID-02).
"""

from functools import cache
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import make_container
from entrypoints.http.app import create_app
from entrypoints.http.request_keys import is_remembered
from entrypoints.settings import Settings
from tests.http import (  # noqa: F401  # They fill RECIPES.
    account_recipes,
    api_key_recipes,
    buyer_recipes,
    factor_recipes,
    login_provider_recipes,
    oauth_recipes,
    organization_recipes,
    organizer_recipes,
    session_recipes,
    visit_recipes,
)
from tests.http.repeating import RECIPES, World

Client = AsyncTestClient[Litestar]

KEY = "5f0c7cf3-2f2c-4a6e-9b0e-6f8f6f3c1f10"
PROCESSORS = {
    *("receive_gateway_notice", "receive_gateway_notice__alias_1"),
    "return_from_provider__alias_1",
}
"""Calls of the card processor, whose messages have ids of their own (WH-*), and of browsers that a
login provider sends.
"""


@cache
def published() -> dict[str, Any]:
    secret = "1:dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="
    settings = Settings(database_url="postgresql://nobody@127.0.0.1:1/x", signing_secrets=secret)
    schema: dict[str, Any] = create_app(make_container(settings)).openapi_schema.to_schema()
    return schema


WRITES: dict[str, dict[str, Any]] = {
    operation["operationId"]: operation
    for operations in published()["paths"].values()
    for method, operation in operations.items()
    if method in ("post", "put", "patch", "delete")
}
REMEMBERED = sorted(name for name in WRITES if is_remembered(name))
NOT_REMEMBERED = sorted(WRITES.keys() - PROCESSORS - set(REMEMBERED))


def contents(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Every table, as far as equal tables give equal texts."""
    tables = connection.execute(
        "select tablename from pg_tables where schemaname = 'public'"
        " and tablename <> 'alembic_version'"
    ).fetchall()
    each = (
        f"select '{table}', count(*) || ' rows, '"
        f" || md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) from {table} t"
        for (table,) in tables
    )
    return dict(connection.execute(" union all ".join(each)).fetchall())


def nameless(connection: psycopg.Connection[Any]) -> list[str]:
    """What the audit log tells of an organisation without saying who did it, and from where."""
    entries = connection.execute(
        "select concat_ws(' ', type, payload ->> 'table') from event_log"
        " where organization_id <> '00000000-0000-0000-0000-000000000000'"
        " and (origin ->> 'request_id' is null or origin ->> 'ip' is null)"
    )
    return [told for (told,) in entries]


def test_every_write_has_its_recipe() -> None:
    missing = WRITES.keys() - RECIPES.keys() - PROCESSORS

    assert not missing, f"tests/http/repeating.py does not say how to do {sorted(missing)}"
    assert not RECIPES.keys() - WRITES.keys()


@pytest.mark.parametrize("name", REMEMBERED)
async def test_a_repeat_is_answered_and_changes_nothing(
    name: str, client: Client, world: World, owner_connection: psycopg.Connection[Any]
) -> None:
    write = await RECIPES[name](world)

    first = await write.send(client, KEY)
    assert first.status_code < 300, first.text
    assert "idempotency-replayed" not in first.headers
    assert nameless(owner_connection) == []
    before = contents(owner_connection)
    again = await write.send(client, KEY)

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers.get("location") == first.headers.get("location")
    assert contents(owner_connection) == before

    other = await write.send(client, KEY, query="?other=1")

    assert other.status_code == 422, other.text
    assert other.json()["code"] == "idempotency_key_reused"
    assert contents(owner_connection) == before


@pytest.mark.parametrize("name", NOT_REMEMBERED)
async def test_these_take_a_key_and_remember_nothing(
    name: str, client: Client, world: World, owner_connection: psycopg.Connection[Any]
) -> None:
    write = await RECIPES[name](world)

    answer = await write.send(client, KEY)

    assert answer.status_code < 300, answer.text
    kept = owner_connection.execute("select count(*) from idempotency_records").fetchone()
    assert kept == (0,)
    assert nameless(owner_connection) == []


async def test_a_malformed_key_is_refused_everywhere(client: Client) -> None:
    """ID-08. The key is looked at before the token and the body."""
    for path, operations in published()["paths"].items():
        nowhere = "/".join(str(UUID(int=0)) if "{" in part else part for part in path.split("/"))
        for method in operations.keys() & {"post", "put", "patch", "delete"}:
            key = {"Idempotency-Key": "x" * 256}
            refused = await client.request(method, nowhere, headers=key)

            assert refused.status_code == 400, f"{method} {path}: {refused.text}"
            assert refused.json()["code"] == "invalid_idempotency_key"


@pytest.mark.parametrize("name", sorted(WRITES))
def test_every_write_documents_its_key(name: str) -> None:
    operation = WRITES[name]
    documented = {parameter["name"]: parameter for parameter in operation["parameters"]}

    assert documented["Idempotency-Key"]["in"] == "header"
    assert documented["Idempotency-Key"]["schema"]["maxLength"] == 255
    assert {"400", "409", "422"} <= operation["responses"].keys()
    success = next(r for status, r in operation["responses"].items() if status < "400")
    assert ("Idempotency-Replayed" in success["headers"]) is is_remembered(name)


def test_reads_do_not() -> None:
    reads = [o["get"] for o in published()["paths"].values() if "get" in o]

    assert reads
    assert b"Idempotency-Key" not in msgspec.json.encode(reads)
