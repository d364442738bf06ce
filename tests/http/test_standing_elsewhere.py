"""Nobody writes for an organisation that was suspended or closed: no member, in no process."""

from typing import Any

import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.oauth_scene import an_app
from tests.http.test_organization_standing import Street, street

__all__ = ["street"]

Client = AsyncTestClient[Litestar]
Told = tuple[int, str | None]
SUSPENDED: Told = (403, "organization_suspended")


class Programs:
    """Whoever works there: a person, a key and an application, each known in both processes."""

    def __init__(self, street: Street, tokens: list[str]) -> None:
        self.street, self.tokens = street, tokens

    async def write(self, client: Client) -> list[Told]:
        path, body = f"/events/{self.street.world.event}", {"description": "Bring a coat."}
        return [await _told(client, "PATCH", path, token, body) for token in self.tokens]


async def _told(client: Client, method: str, path: str, token: str, body: Any = None) -> Told:
    headers = {"Authorization": f"Bearer {token}"}
    answer = await client.request(method, f"/api/v1{path}", headers=headers, json=body)
    is_told = answer.content and answer.status_code >= 400
    return answer.status_code, answer.json()["code"] if is_told else None


@pytest_asyncio.fixture
async def programs(street: Street, client: Client, second_client: Client) -> Programs:
    world = street.world
    wish = {"name": "Till", "scopes": ["events_edit", "events_view", "orders_cancel"]}
    key = await world.ask("POST", f"{street.path}/api-keys", world.promoter, wish)
    app = await an_app(world)
    scope = "events_edit events_view"
    itself = (await app.ask(grant_type="client_credentials", scope=scope)).json()["access_token"]
    persons = (await app.tokens(world.promoter, scope))["access_token"]
    found = Programs(street, [world.promoter, key["secret"], itself, persons])
    for door in (client, second_client):
        assert await found.write(door) == [(200, None)] * 4
    return found


async def test_nobody_writes_for_a_suspended_organisation_in_any_process(
    programs: Programs, client: Client, second_client: Client
) -> None:
    street = programs.street
    order = await street.world.order()
    assert await street.becomes("suspended") == (200, None)

    assert await programs.write(second_client) == [SUSPENDED] * 4
    # Its applications are let do nothing for people, either.
    assert await programs.write(client) == [*[SUSPENDED] * 3, (401, "invalid_token")]
    # Elsewhere the buyers' offers were known, too, and their own orders are still theirs.
    buyer = street.world.buyer
    told = await _told(second_client, "POST", "/orders", buyer, street.wish)
    assert told == (409, "not_on_sale")
    path = f"/orders/{order['id']}/cancel"
    assert (await _told(second_client, "POST", path, buyer, {}))[0] == 200

    assert await street.becomes("active") == (200, None)
    assert await programs.write(client) == [(200, None)] * 4


async def test_nobody_writes_for_a_closed_organisation_in_any_process(
    programs: Programs, client: Client, second_client: Client
) -> None:
    street = programs.street
    assert (await street.ask(street.world.promoter, "DELETE", street.path))[0] == 204

    assert await programs.write(second_client) == [(404, "not_found")] * 4
    here = await programs.write(client)
    assert here == [
        (404, "event_not_found"),
        (401, "invalid_api_key"),
        (401, "invalid_token"),
        (401, "invalid_token"),
    ]


async def test_strangers_who_let_its_application_in_are_forgotten_with_it(
    street: Street, client: Client
) -> None:
    app = await an_app(street.world)
    token = (await app.tokens(street.world.buyer, "profile"))["access_token"]
    assert await _told(client, "GET", "/auth/me", token) == (200, None)

    await street.becomes("suspended")

    assert await _told(client, "GET", "/auth/me", token) == (401, "invalid_token")
