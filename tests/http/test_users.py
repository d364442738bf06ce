"""Accounts as the administrators of the platform see them."""

from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from domain.shared.ids import UserId
from entrypoints.container import Container
from tests.http.test_auth import bearer, registered

Client = AsyncTestClient[Litestar]
NOBODY = str(UUID(int=7))


@pytest_asyncio.fixture(loop_scope="session")
async def admin(client: Client, container: Container) -> dict[str, str]:
    """The administrator's headers."""
    session = await registered(client, email="root@example.com", firstName="Root")
    await container.identity.grant_platform_admin()(UserId(UUID(session["user"]["id"])))
    return bearer(session)


async def people(client: Client) -> list[dict[str, Any]]:
    return [
        await registered(client, email=f"{name}@example.com", firstName=name)
        for name in ("Bob", "Cleo", "Dora")
    ]


async def names(client: Client, admin: dict[str, str], **where: Any) -> list[str]:
    answer = await client.get("/api/v1/users", params=where, headers=admin)
    assert answer.status_code == 200, answer.text
    return [item["firstName"] for item in answer.json()["items"]]


async def test_a_list_is_filtered_and_sorted(client: Client, admin: dict[str, str]) -> None:
    bob, _, dora = await people(client)
    organization = {"name": "Rock", "type": "promoter"}
    await client.post("/api/v1/organizations", json=organization, headers=bearer(dora))
    disabled = f"/api/v1/users/{bob['user']['id']}"
    await client.put(disabled, json={"isActive": False}, headers=admin)

    assert await names(client, admin) == ["Dora", "Cleo", "Bob", "Root"]
    assert await names(client, admin, sort="oldest") == ["Root", "Bob", "Cleo", "Dora"]
    assert await names(client, admin, sort="email") == ["Bob", "Cleo", "Dora", "Root"]
    assert await names(client, admin, q="LEO") == ["Cleo"]
    assert await names(client, admin, q="dora byr") == ["Dora"]
    assert await names(client, admin, q="%") == []
    assert await names(client, admin, email="BOB@example.com") == ["Bob"]
    assert await names(client, admin, status="disabled") == ["Bob"]
    assert await names(client, admin, role="admin") == ["Root"]
    assert await names(client, admin, role="promoter") == ["Dora"]
    assert await names(client, admin, role="customer") == ["Cleo", "Bob"]
    assert await names(client, admin, createdFrom="2026-06-02") == []
    assert len(await names(client, admin, createdTo="2026-06-01")) == 4


@pytest.mark.parametrize("sort", ["newest", "oldest", "email"])
async def test_pages_follow_each_other(client: Client, admin: dict[str, str], sort: str) -> None:
    await people(client)
    params = {"limit": "3", "sort": sort}

    first = (await client.get("/api/v1/users", params=params, headers=admin)).json()
    params["cursor"] = first["nextCursor"]
    second = (await client.get("/api/v1/users", params=params, headers=admin)).json()

    assert second.get("nextCursor") is None
    found = [item["firstName"] for item in first["items"] + second["items"]]
    assert found == await names(client, admin, sort=sort)


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"cursor": "nonsense"}, 400),
        ({"sort": "password_hash"}, 400),
        ({"role": "king"}, 400),
        ({"createdFrom": "yesterday"}, 422),
        ({"q": "x" * 201}, 422),
        ({"limit": "101"}, 400),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    client: Client, admin: dict[str, str], params: dict[str, str], status: int
) -> None:
    answer = await client.get("/api/v1/users", params=params, headers=admin)

    assert answer.status_code == status, answer.text


async def test_an_account_is_seen_by_its_owner_and_by_administrators(
    client: Client, admin: dict[str, str]
) -> None:
    bob, cleo, _ = await people(client)
    path = f"/api/v1/users/{bob['user']['id']}"

    mine = await client.get(path, headers=bearer(bob))
    seen = await client.get(path, headers=admin)
    hidden = await client.get(path, headers=bearer(cleo))
    nobody = await client.get(f"/api/v1/users/{NOBODY}", headers=bearer(cleo))

    assert mine.json() == seen.json()
    assert mine.json()["email"] == "Bob@example.com"
    assert (hidden.status_code, nobody.status_code) == (404, 404)
    assert hidden.json()["code"] == nobody.json()["code"] == "user_not_found"
    assert (await client.get("/api/v1/users", headers=bearer(bob))).status_code == 403
    assert (await client.get(f"/api/v1/users/{NOBODY}", headers=admin)).status_code == 404


async def test_who_is_disabled_is_signed_out(client: Client, admin: dict[str, str]) -> None:
    bob, *_ = await people(client)
    path = f"/api/v1/users/{bob['user']['id']}"

    changed = await client.put(path, json={"isActive": False, "lastName": "X"}, headers=admin)

    assert (changed.json()["isActive"], changed.json()["lastName"]) == (False, "X")
    me = await client.get("/api/v1/users/me", headers=bearer(bob))
    assert (me.status_code, me.json()["code"]) == (401, "session_ended")


async def test_a_closed_account_answers_as_if_it_had_never_been(
    client: Client, admin: dict[str, str]
) -> None:
    bob, *_ = await people(client)
    path = f"/api/v1/users/{bob['user']['id']}"

    assert (await client.delete(path, headers=admin)).status_code == 204

    for method, body in (("GET", None), ("DELETE", None), ("PUT", {"isActive": True})):
        answer = await client.request(method, path, headers=admin, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found"), method
    assert "Bob" not in await names(client, admin)


async def test_the_platform_keeps_an_administrator(client: Client, admin: dict[str, str]) -> None:
    me = (await client.get("/api/v1/users/me", headers=admin)).json()
    path = f"/api/v1/users/{me['id']}"

    for change in ({"isActive": False}, {"isPlatformAdmin": False}):
        answer = await client.put(path, json=change, headers=admin)
        assert (answer.status_code, answer.json()["code"]) == (409, "last_platform_admin")
    assert (await client.delete(path, headers=admin)).status_code == 409


async def test_an_administrator_who_disables_themselves_is_told_that_it_is_done(
    client: Client, container: Container, admin: dict[str, str]
) -> None:
    bob, *_ = await people(client)
    await container.identity.grant_platform_admin()(UserId(UUID(bob["user"]["id"])))
    me = (await client.get("/api/v1/users/me", headers=admin)).json()
    path = f"/api/v1/users/{me['id']}"

    done = await client.put(path, json={"isActive": False}, headers=admin)

    assert (done.status_code, done.json()["isActive"]) == (200, False)
    again = await client.get(path, headers=admin)
    assert (again.status_code, again.json()["code"]) == (401, "session_ended")


async def test_others_change_nothing(client: Client) -> None:
    bob, cleo, _ = await people(client)
    mine, other = (f"/api/v1/users/{one['user']['id']}" for one in (bob, cleo))

    promoted = await client.put(mine, json={"isPlatformAdmin": True}, headers=bearer(bob))
    meddled = await client.put(other, json={"lastName": "X"}, headers=bearer(bob))
    closed = await client.delete(other, headers=bearer(bob))
    unknown = await client.put(mine, json={"email": "x@example.com"}, headers=bearer(bob))

    assert (promoted.status_code, meddled.status_code, closed.status_code) == (403, 404, 404)
    assert unknown.status_code == 400
    assert (await client.get(other, headers=bearer(cleo))).json()["lastName"] == "Byron"
