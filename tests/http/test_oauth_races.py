"""Codes and refresh tokens of applications that come twice, or fifty at once over two processes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.oauth_scene import App, an_app
from tests.http.repeating import World

Client = AsyncTestClient[Litestar]
Connection = psycopg.Connection[Any]
MANY = 50


async def at_once(apps: list[App], ask: Callable[[App], Awaitable[Any]]) -> list[Any]:
    """Each application in turn, until they are many."""
    return await asyncio.gather(*(ask(apps[number % len(apps)]) for number in range(MANY)))


async def opens(app: App, token: str, path: str = "/auth/me") -> int:
    return int((await app.get(path, token)).status_code)


def secrets_in(connection: Connection) -> int:
    """Access tokens of applications that PostgreSQL would still let in."""
    [(number,)] = connection.execute("select count(*) from credentials").fetchall()
    return int(number)


async def test_one_code_gives_one_set_of_tokens_and_its_reuse_ends_it(
    world: World, second_client: Client, owner_connection: Connection
) -> None:
    """RFC 6749 (4.1.2): used more than once, everything is revoked that it gave."""
    app = await an_app(world)
    code = await app.code(world.buyer)

    answers = await at_once([app, app.elsewhere(second_client)], lambda one: one.exchange(code))

    [given] = [one.json() for one in answers if one.status_code == 200]
    assert [one.json()["error"] for one in answers if one.status_code == 400] == [
        "invalid_grant"
    ] * (MANY - 1)
    assert secrets_in(owner_connection) == 0
    assert await opens(app, given["access_token"]) == 401
    assert (await app.refresh(given["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await world.ask("GET", "/users/me/authorizations", world.buyer))["items"] == []


async def test_one_refresh_token_has_one_successor(
    world: World, second_client: Client, owner_connection: Connection
) -> None:
    """AU-06 for applications: at most one refresh token of a grant is good (I31)."""
    app = await an_app(world)
    first = await app.tokens(world.buyer)

    answers = await at_once(
        [app, app.elsewhere(second_client, "Another worker of it")],
        lambda one: one.refresh(first["refresh_token"]),
    )

    assert {one.status_code for one in answers} == {200}
    assert len({one.text for one in answers}) == 1
    second = answers[0].json()
    assert second["refresh_token"] != first["refresh_token"]
    assert secrets_in(owner_connection) == 2
    assert await opens(app, second["access_token"]) == 200
    assert (await app.refresh(second["refresh_token"])).status_code == 200


@pytest.mark.parametrize("generations", [1, 3])
async def test_every_refresh_token_that_was_exchanged_ends_all_when_shown_again(
    world: World, generations: int
) -> None:
    """AU-06 for applications: any earlier token of the family, not the last alone."""
    app = await an_app(world)
    chain = [await app.tokens(world.buyer)]
    for _ in range(generations):
        chain.append((await app.refresh(chain[-1]["refresh_token"])).json())
        assert (await app.get("/auth/me", chain[-1]["access_token"])).status_code == 200
    world.clock.advance(timedelta(seconds=11))

    reused = await app.refresh(chain[0]["refresh_token"])

    assert (reused.status_code, reused.json()["error"]) == (400, "invalid_grant")
    for tokens in chain:
        assert (await app.get("/auth/me", tokens["access_token"])).status_code == 401
        assert (await app.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_lost_answer_is_told_again_by_another_process(
    world: World, second_client: Client
) -> None:
    app = await an_app(world)
    first = await app.tokens(world.buyer)
    lost = (await app.refresh(first["refresh_token"])).json()
    world.clock.advance(timedelta(seconds=9))

    again = await app.elsewhere(second_client).refresh(first["refresh_token"])

    assert again.json() == lost | {"expires_in": 891}
    assert (await app.get("/auth/me", lost["access_token"])).status_code == 200
    assert (await app.refresh(lost["refresh_token"])).status_code == 200


async def test_a_thief_and_a_public_client_end_it_between_them(
    world: World, second_client: Client, owner_connection: Connection
) -> None:
    app = await an_app(world, isConfidential=False)
    first = await app.tokens(world.buyer)

    answers = await at_once(
        [app, app.elsewhere(second_client, "Thief")],
        lambda one: one.refresh(first["refresh_token"]),
    )

    assert {one.status_code for one in answers} == {200, 400}
    given = {one.json()["refresh_token"] for one in answers if one.status_code == 200}
    assert len(given) == 1
    assert secrets_in(owner_connection) == 0
    for refresh_token in given:
        assert (await app.refresh(refresh_token)).json()["error"] == "invalid_grant"


async def test_an_application_asks_for_itself_as_often_as_it_likes(
    world: World, second_client: Client
) -> None:
    app = await an_app(world)

    answers = await at_once(
        [app, app.elsewhere(second_client)],
        lambda one: one.ask(grant_type="client_credentials", scope="events_view"),
    )

    assert {one.status_code for one in answers} == {200}
    tokens = {one.json()["access_token"] for one in answers}
    assert len(tokens) == MANY
    opened = await asyncio.gather(*(opens(app, one, "/organizations") for one in tokens))
    assert set(opened) == {200}


@pytest.mark.parametrize("how", ["the person", "the application", "the organisation"])
async def test_what_is_ended_meanwhile_leaves_no_token_behind(
    world: World, second_client: Client, owner_connection: Connection, how: str
) -> None:
    """Whoever is first, PostgreSQL and the answer say the same."""
    app = await an_app(world)
    first = await app.tokens(world.buyer)
    [mine] = (await world.ask("GET", "/users/me/authorizations", world.buyer))["items"]

    async def end() -> None:
        if how == "the person":
            path = f"/users/me/authorizations/{mine['id']}"
            await world.ask("DELETE", path, world.buyer)
        elif how == "the application":
            await app.ask("revoke", token=first["refresh_token"])
        else:
            path = f"/organizations/{world.organization}/oauth-clients/{app.id}"
            await world.ask("DELETE", path, world.promoter)

    asked = at_once(
        [app, app.elsewhere(second_client)], lambda one: one.refresh(first["refresh_token"])
    )
    answers, _ = await asyncio.gather(asked, end())

    assert {one.status_code for one in answers} <= {200, 400, 401}
    assert secrets_in(owner_connection) == 0
    for one in [first, *(one.json() for one in answers if one.status_code == 200)]:
        assert await opens(app, one["access_token"]) == 401
        assert (await app.refresh(one["refresh_token"])).status_code in (400, 401)
