"""API keys whose organisation, maker or time changed, and applications beside them (AU-05)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from adapters.tokens.remembered import REMEMBERED_FOR
from domain.identity.api_key import GRANTABLE
from domain.shared.ids import UserId
from entrypoints.container import Container
from tests.http.hiring import hire
from tests.http.oauth_scene import App, an_app
from tests.http.repeating import AN_EVENT, Json, World
from tests.http.test_the_first_sale import a_person

Client = AsyncTestClient[Litestar]
SCOPES = sorted(GRANTABLE)
Answer = tuple[int, str | None]


@dataclass(frozen=True)
class House:
    """An organisation with an admin, who made its key and registered its application."""

    world: World
    container: Container
    admin: str
    admin_id: str
    key: Json
    app: App

    @property
    def path(self) -> str:
        return f"/organizations/{self.world.organization}"

    async def ask(self, token: str, method: str, path: str, body: Any = None) -> Answer:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self.world.client.request(
            method, f"/api/v1{path}", headers=headers, json=body
        )
        is_told = answer.content and answer.status_code >= 400
        return answer.status_code, answer.json()["code"] if is_told else None

    async def looks(self, token: str) -> Answer:
        return await self.ask(token, "GET", f"/orders?organizationId={self.world.organization}")

    async def writes(self, token: str) -> Answer:
        return await self.ask(token, "POST", "/events", AN_EVENT | self.world.of_mine)

    async def itself(self) -> str:
        """The application's own token."""
        tokens = await self.app.ask(grant_type="client_credentials")
        assert tokens.status_code == 200, tokens.text
        return str(tokens.json()["access_token"])

    async def becomes(self, status: str) -> None:
        operator = await a_person(self.world.client, f"operator-{status}@example.com")
        me = await self.world.ask("GET", "/auth/me", operator)
        await self.container.identity.grant_platform_admin()(UserId(UUID(me["id"])))
        body = {"status": status, "reason": "Complaints"}
        await self.world.ask("PATCH", f"{self.path}/status", operator, body)
        self.world.clock.advance(REMEMBERED_FOR)


@pytest.fixture
async def house(world: World, container: Container) -> House:
    admin = await a_person(world.client, "admin@example.com")
    me = await world.ask("GET", "/auth/me", admin)
    await hire(container, world.organization, me["id"], "admin")
    path = f"/organizations/{world.organization}/api-keys"
    key = await world.ask("POST", path, admin, {"name": "Till", "scopes": SCOPES})
    app = await an_app(world, scopes=SCOPES)
    return House(world, container, admin, me["id"], key, app)


@pytest.mark.parametrize("loses", ["the membership", "the role", "the account"])
async def test_a_key_is_the_organisations_and_survives_whoever_made_it(
    house: House, loses: str
) -> None:
    """What the admin let an application do ends with what the admin may; the key goes on."""
    world, secret = house.world, house.key["secret"]
    let_in = (await house.app.tokens(house.admin, "events_edit events_view"))["access_token"]
    assert (await house.writes(let_in))[0] == 201
    member = f"{house.path}/members/{house.admin_id}"

    if loses == "the membership":
        await world.ask("DELETE", member, world.promoter)
    elif loses == "the role":
        await world.ask("PATCH", member, world.promoter, {"role": "analyst"})
    else:
        await world.ask("DELETE", "/users/me", house.admin)
    world.clock.advance(REMEMBERED_FOR)

    assert await house.looks(secret) == (200, None)
    assert await house.writes(secret) == (201, None)
    refused = {
        "the membership": (404, "not_found"),
        "the role": (403, "forbidden"),
        "the account": (401, "invalid_token"),
    }
    assert await house.writes(let_in) == refused[loses]
    shown = await world.ask("GET", f"{house.path}/api-keys/{house.key['id']}", world.promoter)
    assert (shown["createdBy"], shown["status"]) == (house.admin_id, "active")


async def test_who_may_do_less_rotates_no_key_that_may_do_more(house: House) -> None:
    """Whoever is told a secret could use it: an admin closes no organisation, a manager no door."""
    world = house.world
    member = f"{house.path}/members/{house.admin_id}"
    await world.ask("PATCH", member, world.promoter, {"role": "manager"})
    path = f"{house.path}/api-keys/{house.key['id']}"

    for method, way, body in (("POST", "/rotate", {}), ("PATCH", "", {"name": "X"})):
        refused = await house.ask(house.admin, method, path + way, body)
        assert refused == (403, "forbidden")


async def test_in_a_suspended_organisation_keys_look_and_let_in_and_do_no_more(
    house: House,
) -> None:
    world, secret, own = house.world, house.key["secret"], await house.itself()
    barcode, order = await world.barcode(), await world.order()
    await house.becomes("suspended")

    for token in (secret, own):
        assert await house.looks(token) == (200, None)
        assert await house.writes(token) == (403, "organization_suspended")
        change = await house.ask(token, "PATCH", f"/events/{world.event}", {"name": "X"})
        assert change == (403, "organization_suspended")
    assert await house.ask(secret, "POST", "/scanners/scan", {"barcode": barcode}) == (200, None)
    cancelled = await house.ask(own, "POST", f"/orders/{order['id']}/cancel", {"reason": "Rain"})
    assert cancelled == (200, None)

    await house.becomes("active")
    assert await house.writes(secret) == (201, None)
    assert await house.writes(own) == (201, None)


async def test_a_closed_organisation_has_no_keys_and_no_applications(house: House) -> None:
    world, own = house.world, await house.itself()
    assert (await house.looks(house.key["secret"]))[0] == (await house.looks(own))[0] == 200
    await world.ask("POST", f"/events/{world.event}/cancel", world.promoter, {"reason": "Rain"})

    await world.ask("DELETE", house.path, world.promoter)
    world.clock.advance(REMEMBERED_FOR)

    assert await house.looks(house.key["secret"]) == (401, "invalid_api_key")
    assert await house.looks(own) == (401, "invalid_token")


async def test_a_key_ends_at_its_time_and_cannot_be_rotated_beyond_it(house: House) -> None:
    world = house.world
    path = f"{house.path}/api-keys/{house.key['id']}"
    ends = world.clock() + timedelta(hours=2)
    await world.ask("PATCH", path, house.admin, {"expiresAt": ends.isoformat()})
    new = await world.ask("POST", f"{path}/rotate", house.admin, {"overlapHours": 24})
    secrets = (house.key["secret"], new["secret"])
    world.clock.advance(timedelta(hours=2) - timedelta(seconds=1))
    for secret in secrets:
        assert await house.looks(secret) == (200, None)

    world.clock.advance(timedelta(seconds=1))

    for secret in secrets:
        assert await house.looks(secret) == (401, "invalid_api_key")
        assert (await house.writes(secret))[0] == 401
    admin = await a_person(world.client, "second@example.com")
    me = await world.ask("GET", "/auth/me", admin)
    await hire(house.container, world.organization, me["id"], "admin")
    assert (await world.ask("GET", path, admin))["status"] == "expired"
    refused = await house.ask(admin, "POST", f"{path}/rotate", {})
    assert refused == (422, "invalid_expiry")


async def test_a_rotated_key_has_two_secrets_and_never_three(house: House) -> None:
    path = f"{house.path}/api-keys/{house.key['id']}/rotate"
    second = await house.world.ask("POST", path, house.admin, {"overlapHours": 168})
    third = await house.world.ask("POST", path, house.admin, {"overlapHours": 168})

    assert await house.writes(house.key["secret"]) == (401, "invalid_api_key")
    for secret in (second["secret"], third["secret"]):
        assert await house.writes(secret) == (201, None)


async def test_a_key_that_may_do_less_now_may_do_less_at_once(house: House) -> None:
    assert (await house.writes(house.key["secret"]))[0] == 201
    path = f"{house.path}/api-keys/{house.key['id']}"

    await house.world.ask("PATCH", path, house.admin, {"scopes": ["events_view"]})

    assert await house.writes(house.key["secret"]) == (403, "forbidden")
    assert await house.looks(house.key["secret"]) == (403, "forbidden")
