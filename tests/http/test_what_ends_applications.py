"""Applications lose what they were let do with the password, and with their organisation."""

from typing import Any

import psycopg
import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.oauth_scene import App, an_app
from tests.http.repeating import World

Client = AsyncTestClient[Litestar]


@pytest_asyncio.fixture
async def app(world: World) -> App:
    return await an_app(world)


async def test_a_changed_password_ends_what_applications_were_let_do(
    world: World, app: App, second_client: Client
) -> None:
    """Whoever had the old password may have let them in."""
    tokens = await app.tokens(world.buyer)
    assert (await app.get("/auth/me", tokens["access_token"])).status_code == 200

    changed = await world.client.patch(
        "/api/v1/users/me/password",
        json={"newPassword": "another horse battery"},
        headers={"Authorization": f"Bearer {world.buyer}"},
    )

    assert changed.status_code == 204, changed.text
    for client in (world.client, second_client):
        there = app.elsewhere(client)
        assert (await there.get("/auth/me", tokens["access_token"])).status_code == 401
        refused = await there.refresh(tokens["refresh_token"])
        assert refused.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("status", ["suspended", "closed"])
async def test_an_organisation_out_of_use_collects_nobody(
    world: World, app: App, status: str, owner_connection: psycopg.Connection[Any]
) -> None:
    tokens = await app.tokens(world.buyer)
    owner_connection.execute(
        "update organizations set status = %s where id = %s", (status, world.organization)
    )

    assert (await app.consent(world.buyer)).json()["code"] == "oauth_client_not_found"
    refused = await app.refresh(tokens["refresh_token"])
    assert refused.json()["error"] == "invalid_client"
