"""Whoever closes their account is forgotten, however many ways in they had (DR-01)."""

from typing import Any

import psycopg
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.conftest import VirtualClock
from tests.http.repeating import RECIPES, a_world
from tests.http.test_every_write_repeats import WRITES  # noqa: F401  # It fills RECIPES.

Client = AsyncTestClient[Litestar]

WAYS_IN = ("register_passkey", "link_identity", "allow_application")
KEPT = {
    # Accounts are emptied, not removed: orders refer to them.
    "users",
}


async def test_no_table_knows_them_any_more(
    client: Client, clock: VirtualClock, owner_connection: psycopg.Connection[Any]
) -> None:
    world = await a_world(client, clock)
    me = (await world.ask("GET", "/users/me", world.buyer))["id"]
    for name in WAYS_IN:
        done = await (await RECIPES[name](world)).send(client)
        assert done.status_code < 300, f"{name}: {done.text}"
    before = _known_in(owner_connection, me)
    assert {"passkeys", "second_factors", "linked_identities", "oauth_grants"} <= before

    await world.ask("DELETE", "/users/me", world.buyer, {"password": "Password123!"})

    assert _known_in(owner_connection, me) <= KEPT


def _known_in(connection: psycopg.Connection[Any], user_id: str) -> set[str]:
    tables = connection.execute(
        "select table_name from information_schema.columns"
        " where table_schema = 'public' and column_name = 'user_id'"
    ).fetchall()
    return {
        table
        for (table,) in tables
        if connection.execute(
            f"select 1 from {table} where user_id = %s limit 1", [user_id]
        ).fetchone()
    }
