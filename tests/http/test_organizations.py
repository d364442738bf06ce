"""Organisations and their members as clients meet them."""

from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from tests.http.hiring import hire, token_of, verify
from tests.http.test_auth import bearer, registered

Client = AsyncTestClient[Litestar]
ROCK = {"name": "Łódź Rock", "type": "PROMOTER"}
PATH = "/api/v1/organizations"
NO_LIMIT = (422, "invalid_event_limit")


class Person:
    """Somebody signed in, with their own view of the doors."""

    def __init__(self, client: Client, session: dict[str, Any]) -> None:
        self._client = client
        self.id = session["user"]["id"]
        self.headers = bearer(session)

    async def asks(self, method: str, path: str = "", body: Any = None) -> tuple[int, Any]:
        response = await self._client.request(method, PATH + path, json=body, headers=self.headers)
        return response.status_code, response.json() if response.content else None

    async def refused(self, method: str, path: str = "", body: Any = None) -> tuple[int, str]:
        status, answer = await self.asks(method, path, body)
        return status, answer["code"]

    async def founds(self, **changes: Any) -> str:
        status, answer = await self.asks("POST", body=ROCK | changes)
        assert status == 201, answer
        return f"/{answer['id']}"


async def person(client: Client, name: str) -> Person:
    """Somebody who has verified their address."""
    session = await registered(client, email=f"{name}@example.com", firstName=name)
    await verify(client.app.state.container, session["user"]["id"])
    return Person(client, session)


@pytest.fixture
async def ada(client: Client) -> Person:
    return await person(client, "ada")


@pytest.fixture
async def bob(client: Client) -> Person:
    return await person(client, "bob")


async def test_an_organization_is_founded_and_shown(client: Client, ada: Person) -> None:
    settings = {
        "defaultCurrency": "EUR",
        "serviceFeePercentage": 2.5,
        "serviceFeeFixed": "0.5",
    }

    response = await client.post(PATH, json=ROCK | {"settings": settings}, headers=ada.headers)

    body = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"{PATH}/{body['id']}"
    assert body == {
        "id": body["id"],
        "name": "Łódź Rock",
        "slug": "lodz-rock",
        "type": "promoter",
        "status": "active",
        "statusReason": None,
        "settings": {
            "defaultCurrency": "EUR",
            "serviceFeePercentage": "2.50",
            "serviceFeeFixed": "0.50",
            "guestCheckout": True,
            "allowGuestCheckout": True,
            "primaryColor": None,
            "secondaryColor": None,
            "ticketTransfersEnabled": True,
            "emailNotifications": True,
            "refundPolicy": None,
            "privacyPolicyUrl": None,
            "termsOfServiceUrl": None,
        },
        "email": None,
        "phone": None,
        "website": None,
        "address": None,
        "logoUrl": None,
        "createdAt": "2026-06-01T12:00:00Z",
        "updatedAt": "2026-06-01T12:00:00Z",
    }
    assert await ada.asks("GET", f"/{body['id']}") == (200, body)
    me = (await client.get("/api/v1/auth/me", headers=ada.headers)).json()
    assert me["role"] == "promoter"
    assert me["memberships"] == [
        {
            "organizationId": body["id"],
            "organizationName": "Łódź Rock",
            "role": "owner",
            "eventIds": None,
        }
    ]


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_an_organization_changes_in_part(ada: Person, method: str) -> None:
    rock = await ada.founds()
    before = (await ada.asks("GET", rock))[1]

    status, after = await ada.asks(
        method, rock, {"name": "Folk", "settings": {"serviceFeePercentage": "1.25"}}
    )

    settings = before["settings"] | {"serviceFeePercentage": "1.25"}
    assert status == 200
    assert after == before | {"name": "Folk", "settings": settings}
    assert await ada.asks("GET", rock) == (200, after)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"status": "active"}, (400, "malformed_request")),
        ({"slug": "mine"}, (400, "malformed_request")),
        ({"type": "circus"}, (400, "malformed_request")),
        ({"name": None}, (400, "malformed_request")),
        ({"name": 7}, (400, "malformed_request")),
        ({"settings": {"serviceFeeFixed": True}}, (400, "malformed_request")),
        ({"settings": {"serviceFeeFixed": None}}, (400, "malformed_request")),
        ({"settings": {"plan": "pro"}}, (400, "malformed_request")),
        ({"name": "  "}, (422, "invalid_text")),
        ({"settings": {"defaultCurrency": "XXX"}}, (422, "unknown_currency")),
        ({"settings": {"serviceFeePercentage": 100.01}}, (422, "invalid_service_fee")),
        ({"settings": {"serviceFeePercentage": "NaN"}}, (422, "invalid_service_fee")),
        ({"settings": {"serviceFeePercentage": "1e999999999"}}, (422, "invalid_service_fee")),
        ({"settings": {"serviceFeeFixed": "-1e999999999"}}, (422, "invalid_service_fee")),
        ({"settings": {"serviceFeeFixed": "0.001"}}, (422, "invalid_amount")),
    ],
)
async def test_what_an_organization_cannot_be_is_refused(
    ada: Person, changes: dict[str, Any], refusal: tuple[int, str]
) -> None:
    rock = await ada.founds()

    assert await ada.refused("POST", body=ROCK | changes) == refusal
    assert await ada.refused("PATCH", rock, changes) == refusal


async def test_an_organization_is_listed_to_its_members_only(ada: Person, bob: Person) -> None:
    paths = [await ada.founds(name=name) for name in ("One", "Two", "Three")]
    await bob.founds(name="Four")

    _, first = await ada.asks("GET", "?limit=2")
    _, second = await ada.asks("GET", f"?limit=2&cursor={first['nextCursor']}")

    listed = [f"/{item['id']}" for item in first["items"] + second["items"]]
    assert listed == paths[::-1]
    assert second["nextCursor"] is None


async def test_other_peoples_organizations_do_not_exist(ada: Person, bob: Person) -> None:
    rock = await ada.founds()
    before = await ada.asks("GET", rock)
    await bob.founds(name="Own")

    for path in (rock, f"/{uuid4()}"):
        assert await bob.refused("GET", path) == (404, "organization_not_found")
        assert await bob.refused("PATCH", path, {"name": "Mine"}) == (404, "not_found")
        assert await bob.refused("PUT", path, {"name": "Mine"}) == (404, "not_found")
        assert await bob.refused("GET", f"{path}/members") == (404, "not_found")
        member = {"userId": bob.id, "role": "owner"}
        assert await bob.refused("POST", f"{path}/members", member) == (404, "not_found")
        assert await bob.refused("DELETE", f"{path}/members/{ada.id}") == (404, "not_found")

    assert await ada.asks("GET", rock) == before
    assert len((await ada.asks("GET", f"{rock}/members"))[1]["items"]) == 1


async def test_members_come_and_go(
    client: Client, ada: Person, bob: Person, container: Container
) -> None:
    rock = await ada.founds()
    _, invited = await ada.asks(
        "POST", f"{rock}/members", {"email": "B.ob@work.example.com", "role": "ANALYST"}
    )
    token = token_of(container.organizations.invitation_tokens(), invited)

    accepted = await client.post(f"/api/v1/invitations/{token}/accept", headers=bob.headers)

    assert (accepted.status_code, f"/{accepted.json()['id']}") == (200, rock)
    _, members = await bob.asks("GET", f"{rock}/members")
    assert {member["userId"]: member["role"] for member in members["items"]} == {
        ada.id: "owner",
        bob.id: "analyst",
    }
    assert await ada.asks("DELETE", f"{rock}/members/{bob.id}") == (204, None)
    assert await ada.refused("DELETE", f"{rock}/members/{bob.id}") == (404, "member_not_found")
    assert await bob.refused("GET", rock) == (404, "organization_not_found")
    assert await bob.refused("GET", f"{rock}/members") == (404, "not_found")


async def test_the_platform_adds_members_at_once(
    client: Client, ada: Person, bob: Person, container: Container
) -> None:
    rock = await ada.founds()
    operator = await person(client, "operator")
    await container.identity.grant_platform_admin()(operator.id)
    member = {"userId": bob.id, "role": "analyst"}

    status, added = await operator.asks("POST", f"{rock}/members", member)

    assert (status, added) == (
        201,
        {
            "userId": bob.id,
            "email": "bob@example.com",
            "firstName": "bob",
            "lastName": "Byron",
            "role": "analyst",
            "eventIds": None,
            "joinedAt": "2026-06-01T12:00:00Z",
            "status": "active",
        },
    )
    assert await operator.refused("POST", f"{rock}/members", member) == (409, "already_member")
    assert await ada.refused("POST", f"{rock}/members", member) == (403, "invite_by_email")


async def test_members_are_listed_in_pages(
    client: Client, ada: Person, container: Container
) -> None:
    rock = await ada.founds()
    for name, role in (("bea", "support"), ("cem", "admin")):
        await hire(container, rock[1:], (await person(client, name)).id, role)

    _, first = await ada.asks("GET", f"{rock}/members?limit=2")
    _, second = await ada.asks("GET", f"{rock}/members?limit=2&cursor={first['nextCursor']}")
    _, admins = await ada.asks("GET", f"{rock}/members?role=admin")

    names = [member["firstName"] for member in first["items"] + second["items"]]
    assert names == ["ada", "bea", "cem"]
    assert second["nextCursor"] is None
    assert [member["firstName"] for member in admins["items"]] == ["cem"]


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (400, "malformed_request")),
        ({"userId": "bob", "role": "admin"}, (400, "malformed_request")),
        ({"email": "bob@example.com", "role": "king"}, (400, "malformed_request")),
        ({"email": "bob@example.com", "role": "admin", "joinedAt": 1}, (400, "malformed_request")),
        ({"role": "admin"}, (422, "member_not_named")),
        ({"email": "bob", "role": "admin"}, (422, "invalid_email")),
        ({"email": "a@example.com", "role": "admin", "eventIds": [str(uuid4())]}, NO_LIMIT),
        ({"email": "a@example.com", "role": "support", "eventIds": []}, NO_LIMIT),
        ({"email": "a@example.com", "role": "support", "eventIds": [str(uuid4())]}, NO_LIMIT),
        ({"userId": str(uuid4()), "role": "admin"}, (403, "invite_by_email")),
    ],
)
async def test_who_cannot_be_a_member_is_refused(
    ada: Person, body: dict[str, Any], refusal: tuple[int, str]
) -> None:
    rock = await ada.founds()

    assert await ada.refused("POST", f"{rock}/members", body) == refusal


async def test_the_last_owner_stays(ada: Person) -> None:
    rock = await ada.founds()

    assert await ada.refused("DELETE", f"{rock}/members/{ada.id}") == (409, "last_owner")


@pytest.mark.parametrize("role", ["manager", "support", "analyst", "scanner"])
async def test_a_role_that_is_too_low_is_forbidden(
    ada: Person, bob: Person, role: str, container: Container
) -> None:
    rock = await ada.founds()
    await hire(container, rock[1:], bob.id, role)
    eve = {"email": "ada@example.com", "role": "scanner"}

    assert (await bob.asks("GET", rock))[0] == 200
    assert await bob.refused("PATCH", rock, {"name": "Mine"}) == (403, "forbidden")
    assert await bob.refused("POST", f"{rock}/members", eve) == (403, "forbidden")
    assert await bob.refused("DELETE", f"{rock}/members/{ada.id}") == (403, "forbidden")
    listed = await bob.asks("GET", f"{rock}/members")
    assert listed[0] == (403 if role == "scanner" else 200)


async def test_an_admin_makes_and_removes_no_owners(
    ada: Person, bob: Person, container: Container
) -> None:
    rock = await ada.founds()
    await hire(container, rock[1:], bob.id, "admin")
    owner = {"email": "eve@example.com", "role": "owner"}

    assert await bob.refused("POST", f"{rock}/members", owner) == (403, "owners_only")
    for changes in ({"role": "manager"}, {"role": "owner"}, {"eventIds": None}):
        path = f"{rock}/members/{ada.id}"
        assert await bob.refused("PATCH", path, changes) == (403, "owners_only")
    promoted = await bob.refused("PATCH", f"{rock}/members/{bob.id}", {"role": "owner"})
    assert promoted == (403, "owners_only")
    assert await bob.refused("DELETE", f"{rock}/members/{ada.id}") == (403, "owners_only")


async def test_who_only_scans_is_shown_as_scanner(
    client: Client, ada: Person, bob: Person, container: Container
) -> None:
    rock = await ada.founds()
    await hire(container, rock[1:], bob.id, "scanner")

    me = await client.get("/api/v1/auth/me", headers=bob.headers)

    assert me.json()["role"] == "scanner"


async def test_an_operator_sees_and_changes_every_organization(
    ada: Person, bob: Person, container: Container
) -> None:
    rock = await ada.founds()
    await container.identity.grant_platform_admin()(bob.id)

    assert (await bob.asks("GET", rock))[0] == 200
    assert [f"/{item['id']}" for item in (await bob.asks("GET"))[1]["items"]] == [rock]
    assert (await bob.asks("PATCH", rock, {"name": "Folk"}))[0] == 200
    assert (await bob.asks("GET", f"{rock}/members"))[0] == 200
    assert await bob.refused("GET", f"/{uuid4()}/members") == (404, "organization_not_found")
    assert await bob.refused("PATCH", f"/{uuid4()}", {}) == (404, "organization_not_found")


async def test_nobody_signed_in_sees_nothing(client: Client, ada: Person) -> None:
    rock = await ada.founds()

    for method, path in (("GET", ""), ("POST", ""), ("GET", rock), ("GET", f"{rock}/members")):
        response = await client.request(method, PATH + path, json=ROCK)
        assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
