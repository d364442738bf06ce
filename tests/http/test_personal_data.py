"""People are told all that is held on them, and forgotten when they close their account (DR-01)."""

from typing import Any

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.mailbox import do_jobs, token_from_mail
from tests.http.organization_recipes import employee
from tests.http.personal_columns import ERASED, HELD, columns_of_persons, tables_with
from tests.http.repeating import RECIPES, World, a_world
from tests.http.test_every_write_repeats import WRITES  # noqa: F401  # It fills RECIPES.
from tests.http.visit_recipes import a_visit

Client = AsyncTestClient[Litestar]
Connection = psycopg.Connection[Any]

DONE = (
    *("register_passkey", "link_identity", "allow_application", "update_preferences"),
    *("create_api_key", "register_oauth_client"),
    *("create_payment_intent", "add_cart_item", "record_scan"),
)
"""By which the buyer and the promoter leave a row wherever people may leave one."""
KEPT = {
    "users": "emptied, not removed: orders refer to it",
    "orders": "the organiser's accounts",
    "tickets": "the organiser's accounts",
}
"""Where a closed account's name or address may still be."""


async def a_busy_world(client: Client, clock: VirtualClock) -> World:
    world = await a_world(client, clock)
    await world.ask("PATCH", "/users/me", world.buyer, {"firstName": "Zuleika"})
    joined = await (await RECIPES["join_waiting_list"](world)).send(client)
    assert joined.status_code == 201, joined.text
    more = f"/events/{world.event}/ticket-types/{world.ticket_type}"
    await world.ask("PATCH", more, world.promoter, {"quantity": 20})
    for name in DONE:
        done = await (await RECIPES[name](world)).send(client)
        assert done.status_code < 300, f"{name}: {done.text}"
    await employee(world)
    await a_visit(world)
    address = await token_from_mail(client, world.buyer_email, "Confirm your e-mail")
    await world.ask("POST", "/auth/verify-email", "", {"token": address}, expected=204)
    elsewhere = await a_world(client, clock, "elsewhere.example")
    invited = {"email": world.buyer_email, "role": "support"}
    path = f"/organizations/{elsewhere.organization}/members"
    await world.ask("POST", path, elsewhere.promoter, invited)
    await do_jobs(client)
    return world


def test_every_column_that_names_a_person_has_its_entry(owner_connection: Connection) -> None:
    """A new table with somebody's id says what they are told of it, and what stays of it."""
    assert columns_of_persons(owner_connection) == set(HELD)


@pytest.mark.parametrize("column", ["author_id uuid", "user_id uuid references users"])
def test_a_column_without_one_is_noticed(owner_connection: Connection, column: str) -> None:
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute(f"create table forgotten (id uuid, {column})")
        found = columns_of_persons(owner_connection) - set(HELD)

    assert found == {f"forgotten.{column.split()[0]}"}


async def test_everything_that_is_held_is_told(
    client: Client, clock: VirtualClock, owner_connection: Connection
) -> None:
    world = await a_busy_world(client, clock)
    exports = [
        await world.ask("GET", "/users/me/export", token) for token in (world.buyer, world.promoter)
    ]

    paths = {held.told for held in HELD.values() if " " not in held.told}
    empty = {path for path in paths if not any(_at(export, path) for export in exports)}
    assert empty == set()
    for secret in _secrets(owner_connection):
        assert secret not in str(exports)


async def test_no_table_knows_them_any_more(
    client: Client, clock: VirtualClock, owner_connection: Connection, container: Container
) -> None:
    world = await a_busy_world(client, clock)
    me = (await world.ask("GET", "/users/me", world.buyer))["id"]
    erased = {column for column, held in HELD.items() if held.left == ERASED}
    erased -= {"waiting_list_entries.client"}  # A digest, and not the id.
    known = _known_in(owner_connection, me)
    assert erased <= known

    await world.ask("DELETE", "/users/me", world.buyer, {"password": "Password123!"})
    await do_jobs(client)

    assert _known_in(owner_connection, me) & erased == set()
    left = tables_with(owner_connection, world.buyer_email, "Zuleika")
    assert set(left) - set(KEPT) == set(), left


def _at(export: Any, path: str) -> Any:
    for step in path.split("."):
        export = export[step]
    return export


def _known_in(connection: Connection, user_id: str) -> set[str]:
    def names(table: str, column: str) -> bool:
        asked = f"select 1 from {table} where {column} = %s limit 1"
        return connection.execute(asked, [user_id]).fetchone() is not None

    return {column for column in HELD if names(*column.split("."))}


def _secrets(connection: Connection) -> set[str]:
    """What is kept to recognise somebody by, as it might be written."""
    rows = connection.execute(
        "select password_hash from users where password_hash is not null"
        " union all select encode(public_key, 'hex') from passkeys"
        " union all select encode(credential_id, 'hex') from passkeys"
        " union all select encode(refresh_hash, 'hex') from sessions"
    )
    return {secret for (secret,) in rows}
