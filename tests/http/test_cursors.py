"""A cursor is good for the list that gave it, sorted and narrowed as it was, and for its reader."""

import base64
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.conftest import VirtualClock
from tests.http.account_recipes import an_admin_and_somebody
from tests.http.repeating import AN_EVENT, World, a_world

Client = AsyncTestClient[Litestar]


@pytest.fixture
def world_of(client: Client, clock: VirtualClock) -> Any:
    return a_world(client, clock)


async def first_page(world: World, path: str, token: str) -> dict[str, Any]:
    glue = "&" if "?" in path else "?"
    page: dict[str, Any] = await world.ask("GET", f"{path}{glue}limit=1", token)
    assert page["nextCursor"], path
    return page


async def is_refused(world: World, path: str, token: str, cursor: str) -> bool:
    glue = "&" if "?" in path else "?"
    told = await world.ask("GET", f"{path}{glue}cursor={cursor}", token, expected=400)
    assert told["errors"][0]["path"] == "$.query.cursor"
    return bool(told["code"] == "invalid_cursor")


async def test_another_organisations_cursor_is_refused(
    client: Client, clock: VirtualClock, world_of: Any
) -> None:
    """TN-04."""
    world: World = await world_of
    other = await a_world(client, clock, "other.example")
    page = await first_page(other, f"/organizations/{other.organization}/audit-log", other.promoter)
    mine = f"/organizations/{world.organization}/audit-log"

    assert await is_refused(world, mine, world.promoter, page["nextCursor"])


async def test_another_readers_and_another_lists_cursor_is_refused(world_of: Any) -> None:
    world: World = await world_of
    for _ in range(2):
        await world.order()
    cursor = (await first_page(world, "/orders", world.buyer))["nextCursor"]

    assert await is_refused(world, "/orders", world.promoter, cursor)
    assert await is_refused(world, "/tickets", world.buyer, cursor)
    assert await is_refused(world, "/orders?status=pending", world.buyer, cursor)
    rest = await world.ask("GET", f"/orders?limit=7&cursor={cursor}", world.buyer)
    assert len(rest["items"]) == 1


async def test_another_orders_cursor_is_refused(world_of: Any) -> None:
    world: World = await world_of
    admin, _ = await an_admin_and_somebody(world)
    by_mail = (await first_page(world, "/users?sort=email", admin))["nextCursor"]

    assert await is_refused(world, "/users?sort=newest", admin, by_mail)
    assert len((await world.ask("GET", f"/users?sort=email&cursor={by_mail}", admin))["items"]) == 2


async def test_nobody_writes_a_cursor(world_of: Any) -> None:
    world: World = await world_of
    await world.draft()
    given = (await first_page(world, "/events", world.promoter))["nextCursor"]
    key = (AN_EVENT["startDatetime"], world.event)
    plain = msgspec.json.encode(key)

    for forged in (
        base64.urlsafe_b64encode(plain).decode(),
        plain.hex(),
        given[:-4] + ("AAAA" if given[-4:] != "AAAA" else "BBBB"),
        given + "A",
        "%C3%A9",
    ):
        assert await is_refused(world, "/events", world.promoter, forged), forged
    again = (await first_page(world, "/events", world.promoter))["nextCursor"]
    assert again == given, "The same page has the same ETag."


async def test_entries_of_the_audit_log_do_not_tell_how_many_there_are(world_of: Any) -> None:
    world: World = await world_of
    path = f"/organizations/{world.organization}/audit-log"
    page = await first_page(world, path, world.promoter)
    again = await world.ask("GET", f"{path}?limit=2", world.promoter)

    (newest, before) = again["items"]
    assert newest["id"] == page["items"][0]["id"]
    assert newest["id"] != before["id"]
    for told in (newest["id"], before["id"], page["nextCursor"]):
        assert len(told) > 20
        assert not told.isdigit()
