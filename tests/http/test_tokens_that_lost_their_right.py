"""Tokens of people who may not any more: refused in time, in every process (AU-05)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from adapters.tokens.remembered import REMEMBERED_FOR
from application.shared.scope import PUBLIC
from domain.shared.ids import UserId
from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.hiring import hire
from tests.http.repeating import World

Client = AsyncTestClient[Litestar]
IN_TIME = timedelta(seconds=60)


@pytest_asyncio.fixture(loop_scope="session")
async def world(world: World, container: Container) -> World:
    """The buyer also works there, as a manager."""
    buyer = await world.ask("GET", "/auth/me", world.buyer)
    await hire(container, world.organization, buyer["id"], "manager")
    return world


async def writes(client: Client, world: World) -> tuple[int, str | None]:
    """The manager founds a venue for the organisation."""
    venue = {
        "name": "Hall",
        "address": {"line1": "1 Main St", "city": "Austin", "country": "US"},
        "capacity": 900,
        "timezone": "America/Chicago",
    }
    return await _asked(client, "POST", "/venues", world.buyer, venue | world.of_mine)


async def reads(client: Client, world: World) -> tuple[int, str | None]:
    path = f"/organizations/{world.organization}/members"
    return await _asked(client, "GET", path, world.buyer)


async def _asked(
    client: Client, method: str, path: str, token: str, body: Any = None
) -> tuple[int, str | None]:
    answer = await client.request(
        method, f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"}
    )
    return answer.status_code, answer.json().get("code")


async def the_member(world: World) -> str:
    me = await world.ask("GET", "/auth/me", world.buyer)
    return f"/organizations/{world.organization}/members/{me['id']}"


async def test_a_removed_member_is_refused_at_once_here_and_within_seconds_elsewhere(
    client: Client, second_client: Client, world: World, clock: VirtualClock
) -> None:
    assert (await writes(client, world))[0] == (await writes(second_client, world))[0] == 201
    await world.ask("DELETE", await the_member(world), world.promoter)

    assert await writes(client, world) == (404, "not_found")
    assert (await reads(client, world))[0] == 404
    clock.advance(REMEMBERED_FOR)
    assert REMEMBERED_FOR <= IN_TIME
    assert await writes(second_client, world) == (404, "not_found")
    assert (await reads(second_client, world))[0] == 404


async def test_another_role_counts_at_once_here_and_within_seconds_elsewhere(
    client: Client, second_client: Client, world: World, clock: VirtualClock
) -> None:
    assert (await writes(second_client, world))[0] == 201
    path = await the_member(world)
    await world.ask("PATCH", path, world.promoter, {"role": "analyst"})

    assert await writes(client, world) == (403, "forbidden")
    clock.advance(REMEMBERED_FOR)
    assert await writes(second_client, world) == (403, "forbidden")


async def test_a_session_that_is_over_writes_nothing_anywhere_from_that_moment(
    client: Client, second_client: Client, world: World, clock: VirtualClock
) -> None:
    assert (await writes(second_client, world))[0] == 201
    await client.post("/api/v1/auth/logout", headers={"Authorization": f"Bearer {world.buyer}"})

    assert await writes(second_client, world) == (401, "session_ended")
    clock.advance(REMEMBERED_FOR)
    assert await reads(second_client, world) == (401, "session_ended")


async def test_a_disabled_user_is_refused_within_seconds(
    client: Client,
    world: World,
    clock: VirtualClock,
    owner_connection: "psycopg.Connection[Any]",
) -> None:
    assert (await writes(client, world))[0] == 201
    owner_connection.execute(
        "update users set is_active = false where email_key = 'buyer@example.com'"
    )

    clock.advance(REMEMBERED_FOR)

    assert await writes(client, world) == (401, "session_ended")


async def test_whoever_loses_the_account_writes_nothing_from_that_moment(
    second_client: Client, world: World, container: Container
) -> None:
    """The step of a password reset, a disabling and a deletion: `tx.sessions.end_all`."""
    assert (await writes(second_client, world))[0] == 201
    me = await world.ask("GET", "/auth/me", world.buyer)

    async with container.identity.begin()(PUBLIC) as tx:
        await tx.sessions.end_all(UserId(UUID(me["id"])), at=tx.now)

    assert await writes(second_client, world) == (401, "session_ended")
