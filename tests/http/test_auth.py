"""Accounts and sessions as clients meet them."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from tests.conftest import VirtualClock

Client = AsyncTestClient[Litestar]
ADA = {
    "email": "Ada@Example.com",
    "password": "Password123!",
    "firstName": "Ada",
    "lastName": "Byron",
}
LOG_IN = {"email": "ada@example.com", "password": "Password123!"}


async def registered(client: Client, **changes: Any) -> dict[str, Any]:
    response = await client.post("/api/v1/auth/register", json=ADA | changes)
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


def bearer(session: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['accessToken']}"}


async def code_of(client: Client, path: str, body: Any) -> tuple[int, str]:
    response = await client.post(f"/api/v1/auth/{path}", json=body)
    return response.status_code, response.json()["code"]


async def test_an_account_is_opened_and_signed_in(client: Client) -> None:
    response = await client.post("/api/v1/auth/register", json=ADA | {"phone": "+44 1234"})

    body = response.json()
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    assert set(body) == {"user", "accessToken", "refreshToken", "expiresIn"}
    assert body["expiresIn"] == 900
    assert body["user"] == {
        "id": body["user"]["id"],
        "email": "Ada@example.com",
        "firstName": "Ada",
        "lastName": "Byron",
        "role": "customer",
    }
    me = (await client.get("/api/v1/auth/me", headers=bearer(body))).json()
    assert body["user"].items() <= me.items()
    assert (me["phone"], me["memberships"]) == ("+44 1234", [])


async def test_logging_in_answers_like_registering(client: Client) -> None:
    first = await registered(client)

    response = await client.post("/api/v1/auth/login", json=LOG_IN)

    assert response.status_code == 200
    assert response.json()["user"] == first["user"]
    assert response.json()["refreshToken"] != first["refreshToken"]


async def test_a_wrong_password_and_an_unknown_address_look_alike(client: Client) -> None:
    await registered(client)
    answers = []

    for email in ("ada@example.com", "nobody@example.com", "no address"):
        response = await client.post(
            "/api/v1/auth/login", json={"email": email, "password": "wrong"}
        )
        body = response.json()
        del body["requestId"]
        answers.append((response.status_code, body))

    assert answers[0] == answers[1] == answers[2]
    assert (answers[0][0], answers[0][1]["code"]) == (401, "invalid_credentials")


async def test_refresh_tokens_rotate_and_a_second_use_ends_the_session(
    client: Client, clock: VirtualClock
) -> None:
    first = await registered(client)

    second = await client.post("/api/v1/auth/refresh", json={"refreshToken": first["refreshToken"]})

    assert second.status_code == 200
    assert second.headers["Cache-Control"] == "no-store"
    assert second.json()["user"] == first["user"]
    clock.advance(timedelta(seconds=11))
    assert await code_of(client, "refresh", {"refreshToken": first["refreshToken"]}) == (
        401,
        "refresh_token_reused",
    )
    me = await client.get("/api/v1/auth/me", headers=bearer(second.json()))
    assert (me.status_code, me.json()["code"]) == (401, "session_ended")
    assert await code_of(client, "refresh", {"refreshToken": second.json()["refreshToken"]}) == (
        401,
        "invalid_refresh_token",
    )


async def test_logging_out_ends_the_session(client: Client) -> None:
    session = await registered(client)

    response = await client.post("/api/v1/auth/logout", headers=bearer(session))

    assert (response.status_code, response.content) == (204, b"")
    me = await client.get("/api/v1/auth/me", headers=bearer(session))
    assert (me.status_code, me.json()["code"]) == (401, "session_ended")


async def test_logging_out_again_is_no_mistake(client: Client) -> None:
    session = await registered(client)
    await client.post("/api/v1/auth/logout", headers=bearer(session))

    again = await client.post("/api/v1/auth/logout", headers=bearer(session))

    assert again.status_code == 204


async def test_a_refresh_token_logs_out_when_the_access_token_has_expired(
    client: Client, clock: VirtualClock
) -> None:
    session = await registered(client)
    clock.advance(timedelta(minutes=16))
    shown = {"refreshToken": session["refreshToken"]}

    expired = await client.post("/api/v1/auth/logout", headers=bearer(session))
    assert (expired.status_code, expired.json()["code"]) == (401, "token_expired")
    ended = [await client.post("/api/v1/auth/logout", json=shown) for _ in range(2)]

    assert [answer.status_code for answer in ended] == [204, 204]
    assert await code_of(client, "refresh", shown) == (401, "invalid_refresh_token")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (None, (401, "unauthenticated")),
        ({}, (400, "malformed_request")),
        ({"refreshToken": 1}, (400, "malformed_request")),
        ({"refreshToken": "x", "all": True}, (400, "malformed_request")),
    ],
)
async def test_a_log_out_says_of_what(client: Client, body: Any, refusal: tuple[int, str]) -> None:
    answer = await client.post("/api/v1/auth/logout", json=body)

    assert (answer.status_code, answer.json()["code"]) == refusal


async def test_an_access_token_expires_and_a_refresh_helps(
    client: Client, clock: VirtualClock
) -> None:
    session = await registered(client)
    clock.advance(timedelta(minutes=16))

    me = await client.get("/api/v1/auth/me", headers=bearer(session))
    refreshed = await client.post(
        "/api/v1/auth/refresh", json={"refreshToken": session["refreshToken"]}
    )

    assert (me.status_code, me.json()["code"]) == (401, "token_expired")
    again = await client.get("/api/v1/auth/me", headers=bearer(refreshed.json()))
    assert again.status_code == 200


async def test_an_address_registers_once(client: Client) -> None:
    await registered(client)

    assert await code_of(client, "register", ADA | {"email": "ADA@EXAMPLE.COM"}) == (
        409,
        "email_taken",
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"role": "admin"}, (400, "malformed_request")),
        ({"isPlatformAdmin": True}, (400, "malformed_request")),
        ({"password": 12345678}, (400, "malformed_request")),
        ({"email": ["ada@example.com"]}, (400, "malformed_request")),
        ({"firstName": None}, (400, "malformed_request")),
        ({"firstName": "A\u0000"}, (400, "malformed_request")),
        ({"firstName": ""}, (422, "invalid_text")),
        ({"phone": "x" * 41}, (422, "invalid_text")),
        ({"email": "ada"}, (422, "invalid_email")),
        ({"email": "a" * 300 + "@example.com"}, (422, "invalid_email")),
        ({"password": "1234567"}, (422, "invalid_password")),
        ({"password": "x" * 257}, (422, "invalid_password")),
        ({"password": "x" * 1_000_000}, (413, "body_too_large")),
    ],
)
async def test_what_cannot_be_an_account_is_refused(
    client: Client, changes: dict[str, Any], refusal: tuple[int, str]
) -> None:
    assert await code_of(client, "register", ADA | changes) == refusal


@pytest.mark.parametrize("path", ["login", "refresh", "register"])
@pytest.mark.parametrize("body", [{}, [], None, "x", {"email": 1, "password": 2}])
async def test_a_body_of_another_shape_is_malformed(client: Client, path: str, body: Any) -> None:
    assert await code_of(client, path, body) == (400, "malformed_request")


async def test_a_disabled_user_is_refused_everywhere(
    client: Client, owner_connection: psycopg.Connection[Any]
) -> None:
    session = await registered(client)
    owner_connection.execute("update users set is_active = false")

    me = await client.get("/api/v1/auth/me", headers=bearer(session))

    assert (me.status_code, me.json()["code"]) == (401, "session_ended")
    assert await code_of(client, "login", LOG_IN) == (403, "account_disabled")
    refresh = {"refreshToken": session["refreshToken"]}
    assert await code_of(client, "refresh", refresh) == (403, "account_disabled")


async def test_the_session_remembers_where_it_came_from(
    client: Client, owner_connection: psycopg.Connection[Any]
) -> None:
    await client.post("/api/v1/auth/register", json=ADA, headers={"User-Agent": "x" * 1000})

    row = owner_connection.execute("select user_agent, ip from sessions").fetchone()

    assert row is not None
    assert row[0] == "x" * 300
    assert row[1]


async def test_without_a_token_nobody_is_signed_in(client: Client) -> None:
    for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer "}):
        response = await client.get("/api/v1/auth/me", headers=headers)
        assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_an_operator_is_shown_as_admin(client: Client, container: Container) -> None:
    session = await registered(client)
    await client.get("/api/v1/auth/me", headers=bearer(session))

    await container.identity.grant_platform_admin()(session["user"]["id"])

    me = await client.get("/api/v1/auth/me", headers=bearer(session))
    assert me.json()["role"] == "admin"
