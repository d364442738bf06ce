"""Who may not do it any more is refused, whatever the same request was told before (ID-07)."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from adapters.tokens.remembered import REMEMBERED_FOR
from tests.conftest import VirtualClock
from tests.http.repeating import A_VENUE, World, Write

Client = AsyncTestClient[Litestar]
Connection = psycopg.Connection[Any]


def venues(world: World) -> Write:
    return Write("POST", "/venues", world.promoter, A_VENUE | world.of_mine)


def orders(world: World) -> Write:
    items = [{"ticketTypeId": world.ticket_type, "quantity": 1}]
    return Write("POST", "/orders", world.buyer, {"items": items})


@pytest.mark.parametrize("removes", [False, True])
async def test_who_lost_the_right_is_refused(
    world: World,
    client: Client,
    clock: VirtualClock,
    owner_connection: Connection,
    removes: bool,
) -> None:
    """ID-07: creating, and removing what is then gone; members lose a role, strangers all."""
    write = venues(world)
    if removes:
        venue = (await venues(world).send(client)).json()
        write = Write("DELETE", f"/venues/{venue['id']}", world.promoter)
    key = str(uuid4())
    assert (await write.send(client, key)).status_code in (201, 204)

    owner_connection.execute("update memberships set role = 'analyst'")
    _forget_tokens(clock)
    demoted = await write.send(client, key)
    owner_connection.execute("delete from memberships")
    _forget_tokens(clock)
    removed = await write.send(client, key)

    if removes:  # Whose it was, nobody knows any more; the answer only tells that it is gone.
        assert {demoted.status_code, removed.status_code} == {204}
    else:
        assert (demoted.status_code, removed.status_code) == (403, 404)


async def test_deleting_from_what_one_may_not_touch_any_more_is_refused(
    world: World, client: Client, clock: VirtualClock, owner_connection: Connection
) -> None:
    """ID-07, where the organisation is still known."""
    path = f"/events/{world.event}/ticket-types"
    balcony = await world.ask(
        "POST", path, world.promoter, {"name": "Balcony", "price": "20.00", "quantity": 5}
    )
    write, key = Write("DELETE", f"{path}/{balcony['id']}", world.promoter), str(uuid4())
    assert (await write.send(client, key)).status_code == 204

    owner_connection.execute("delete from memberships")
    _forget_tokens(clock)

    assert (await write.send(client, key)).status_code == 404


async def test_who_was_signed_out_is_refused(
    world: World, client: Client, clock: VirtualClock, owner_connection: Connection
) -> None:
    key = str(uuid4())
    assert (await orders(world).send(client, key)).status_code == 201

    owner_connection.execute("update sessions set revoked_at = created_at")

    assert (await venues(world).send(client, key)).status_code == 401
    _forget_tokens(clock)
    assert (await orders(world).send(client, key)).status_code == 401


def _forget_tokens(clock: VirtualClock) -> None:

    clock.advance(REMEMBERED_FOR)
