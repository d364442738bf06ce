"""The second factor as clients meet it."""

import asyncio
from base64 import b64decode
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pyotp
import pytest
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient

from adapters.redis.door import CacheDoor
from domain.shared.ids import UserId
from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.test_auth import LOG_IN, bearer, registered

Client = AsyncTestClient[Litestar]
HALF_A_MINUTE = timedelta(seconds=30)


async def ask(client: Client, path: str, body: Any, session: Any = None) -> Any:
    headers = {} if session is None else bearer(session)
    return await client.post(f"/api/v1/auth/{path}", json=body, headers=headers)


async def code_of(client: Client, path: str, body: Any, session: Any = None) -> tuple[int, str]:
    response = await ask(client, path, body, session)
    return response.status_code, response.json()["code"]


@dataclass
class Ada:
    """Somebody with an authenticator app, whose first code is used up."""

    session: dict[str, Any]
    app: pyotp.TOTP
    recovery_codes: list[str]
    clock: VirtualClock

    def code(self, steps: int = 0) -> str:
        return self.app.at(self.clock(), counter_offset=steps)

    def wrong_code(self) -> str:
        near = {self.code(steps) for steps in (-1, 0, 1)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


async def ada_with_app(client: Client, clock: VirtualClock) -> Ada:
    session = await registered(client)
    seed = (await ask(client, "2fa/enable", {}, session)).json()
    app = pyotp.parse_uri(seed["otpauthUrl"])
    assert isinstance(app, pyotp.TOTP)
    first = {"code": app.at(clock(), counter_offset=-1)}
    told = await ask(client, "2fa/verify", first, session)
    return Ada(session, app, told.json()["recoveryCodes"], clock)


async def challenge(client: Client) -> str:
    asked = await ask(client, "login", LOG_IN)
    assert asked.status_code == 200, asked.text
    return str(asked.json()["secondFactor"]["challengeToken"])


async def test_an_app_is_set_up_in_two_steps(client: Client, clock: VirtualClock) -> None:
    session = await registered(client)

    enabled = await ask(client, "2fa/enable", {}, session)

    assert enabled.status_code == 200
    assert enabled.headers["Cache-Control"] == "no-store"
    seed = enabled.json()
    assert set(seed) == {"secret", "otpauthUrl", "qrCode"}
    assert seed["secret"] in seed["otpauthUrl"]
    kind, picture = seed["qrCode"].split(",")
    assert kind == "data:image/svg+xml;base64"
    assert b64decode(picture).startswith(b"<svg")
    assert "user" in (await ask(client, "login", LOG_IN)).json()  # Not on yet.

    code = pyotp.TOTP(seed["secret"]).at(clock())
    verified = await ask(client, "2fa/verify", {"code": code}, session)

    assert verified.status_code == 200
    assert verified.headers["Cache-Control"] == "no-store"
    assert len(set(verified.json()["recoveryCodes"])) == 10


async def test_a_login_asks_for_the_second_factor(client: Client, clock: VirtualClock) -> None:
    ada = await ada_with_app(client, clock)

    asked = await ask(client, "login", LOG_IN)

    assert asked.status_code == 200
    assert asked.headers["Cache-Control"] == "no-store"
    assert set(asked.json()) == {"secondFactor"}
    step = asked.json()["secondFactor"]
    assert step | {"challengeToken": ""} == {
        "challengeToken": "",
        "methods": ["totp", "recovery_code"],
        "passkeyOptions": None,
        "expiresIn": 300,
    }

    answer = {"challengeToken": step["challengeToken"], "code": ada.code()}
    session = await ask(client, "2fa/verify", answer)

    assert session.status_code == 200
    assert set(session.json()) == {"user", "accessToken", "refreshToken", "expiresIn"}
    me = await client.get("/api/v1/auth/me", headers=bearer(session.json()))
    assert me.json()["twoFactorEnabled"] is True


async def test_the_status_shows_what_is_on(client: Client, clock: VirtualClock) -> None:
    ada = await ada_with_app(client, clock)
    token = await challenge(client)
    recovery = {"challengeToken": token, "recoveryCode": ada.recovery_codes[0].lower()}
    assert (await ask(client, "2fa/verify", recovery)).status_code == 200

    status = await client.get("/api/v1/auth/2fa", headers=bearer(ada.session))

    assert status.json() == {
        "twoFactorEnabled": True,
        "appEnabledAt": "2026-06-01T12:00:00Z",
        "passkeys": 0,
        "recoveryCodesLeft": 9,
        "isLocked": False,
    }


async def test_without_one_nothing_is_asked(client: Client) -> None:
    session = await registered(client)

    status = await client.get("/api/v1/auth/2fa", headers=bearer(session))
    me = await client.get("/api/v1/auth/me", headers=bearer(session))

    assert status.json()["twoFactorEnabled"] is me.json()["twoFactorEnabled"] is False
    assert await code_of(client, "2fa/disable", {"code": "123456"}, session) == (
        409,
        "second_factor_off",
    )
    assert await code_of(client, "2fa/recovery-codes", {}, session) == (409, "second_factor_off")
    assert await code_of(client, "2fa/verify", {"code": "123456"}, session) == (
        409,
        "enrolment_over",
    )


async def test_disabling_takes_a_code_and_ends_the_second_step(
    client: Client, clock: VirtualClock
) -> None:
    ada = await ada_with_app(client, clock)
    wrong = {"code": ada.wrong_code()}
    assert (await code_of(client, "2fa/disable", wrong, ada.session))[1] == "invalid_second_factor"

    disabled = await ask(client, "2fa/disable", {"code": ada.code()}, ada.session)

    assert disabled.status_code == 204
    assert "accessToken" in (await ask(client, "login", LOG_IN)).json()


async def test_a_code_is_not_replayed(client: Client, clock: VirtualClock) -> None:
    """AU-08: in its window, in another sign-in, a recovery code twice; all look like wrong."""
    ada = await ada_with_app(client, clock)
    code, recovery_code = ada.code(), ada.recovery_codes[0]
    for answer in ({"code": code}, {"recoveryCode": recovery_code}):
        first = {"challengeToken": await challenge(client)} | answer
        assert (await ask(client, "2fa/verify", first)).status_code == 200
    problems = []

    for answer in (
        {"code": code},
        {"recoveryCode": recovery_code},
        {"code": ada.wrong_code()},
        {"code": ada.code(-3)},
    ):
        body = {"challengeToken": await challenge(client)} | answer
        refused = await ask(client, "2fa/verify", body)
        problem = refused.json()
        del problem["requestId"]
        problems.append((refused.status_code, problem))

    assert problems == [problems[0]] * 4
    assert (problems[0][0], problems[0][1]["code"]) == (401, "invalid_second_factor")


async def test_the_second_step_is_not_skipped(client: Client, clock: VirtualClock) -> None:
    """AU-08: the challenge is no token, and opens nothing twice."""
    ada = await ada_with_app(client, clock)
    token = await challenge(client)

    for path in ("/auth/me", "/auth/2fa", "/auth/passkeys"):
        refused = await client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")
    assert await code_of(client, "refresh", {"refreshToken": token}) == (
        401,
        "invalid_refresh_token",
    )
    assert await code_of(client, "2fa/verify", {"challengeToken": token}) == (
        422,
        "second_factor_not_named",
    )
    assert await code_of(client, "2fa/verify", {"code": ada.code()}) == (401, "unauthenticated")
    answer = {"challengeToken": token, "code": ada.code()}
    assert (await ask(client, "2fa/verify", answer)).status_code == 200
    clock.advance(HALF_A_MINUTE)
    again = answer | {"code": ada.code()}
    assert await code_of(client, "2fa/verify", again) == (401, "challenge_over")


async def test_nobody_enrols_the_secret_of_another(client: Client, clock: VirtualClock) -> None:
    """AU-08: a code of Eve's app turns on Eve's alone."""
    ada = await registered(client)
    eve = await registered(client, email="eve@example.com")
    await ask(client, "2fa/enable", {}, ada)
    of_eve = (await ask(client, "2fa/enable", {}, eve)).json()
    code = {"code": pyotp.TOTP(of_eve["secret"]).at(clock())}

    assert await code_of(client, "2fa/verify", code, ada) == (401, "invalid_second_factor")
    assert (await ask(client, "2fa/verify", code, eve)).status_code == 200


async def test_seeds_and_codes_are_kept_unreadable(
    client: Client, clock: VirtualClock, owner_connection: psycopg.Connection[Any]
) -> None:
    ada = await ada_with_app(client, clock)

    row = owner_connection.execute("select * from second_factors").fetchone()

    assert row is not None
    kept = repr(row)
    for secret in (ada.app.secret, *ada.recovery_codes):
        assert secret not in kept
        assert secret.replace("-", "") not in kept


async def test_ten_thousand_tries_are_five(
    client: Client,
    second_client: Client,
    clock: VirtualClock,
    owner_connection: psycopg.Connection[Any],
) -> None:
    """AU-07: at once, at two processes, over many sign-ins; and the right code helps no more."""
    ada = await ada_with_app(client, clock)
    wrong = ada.wrong_code()
    tokens = [await challenge(client) for _ in range(4)]

    async def guess(number: int) -> str:
        door = (client, second_client)[number % 2]
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        body = {"challengeToken": tokens[number % 4], "code": wrong}
        answer = await door.post("/api/v1/auth/2fa/verify", json=body, headers=headers)
        return str(answer.json()["code"])

    told = await asyncio.gather(*(guess(number) for number in range(40)))

    assert told.count("invalid_second_factor") == 5
    assert set(told) <= {"invalid_second_factor", "too_many_codes"}
    for answer in ({"code": ada.code()}, {"recoveryCode": ada.recovery_codes[0]}):
        refused = await ask(client, "2fa/verify", {"challengeToken": tokens[0]} | answer)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_codes")
        assert refused.headers["Retry-After"] == "900"
    counted = owner_connection.execute("select wrong_in_a_row from second_factors").fetchone()
    assert counted == (5,)


async def test_after_twenty_in_a_row_recovery_is_all_that_helps(
    client: Client, clock: VirtualClock
) -> None:
    """AU-07: twenty tries at three codes each are a chance of 0.006 percent."""
    ada = await ada_with_app(client, clock)
    for _ in range(4):
        clock.advance(timedelta(minutes=15))
        wrong = {"challengeToken": await challenge(client), "code": ada.wrong_code()}
        for _ in range(5):
            assert await code_of(client, "2fa/verify", wrong) == (401, "invalid_second_factor")
    clock.advance(timedelta(hours=1))

    token = await challenge(client)
    right = {"challengeToken": token, "code": ada.code()}
    assert await code_of(client, "2fa/verify", right) == (403, "second_factor_locked")
    recovery = {"challengeToken": token, "recoveryCode": ada.recovery_codes[9]}
    assert (await ask(client, "2fa/verify", recovery)).status_code == 200

    right = {"challengeToken": await challenge(client), "code": ada.code()}
    assert (await ask(client, "2fa/verify", right)).status_code == 200


async def test_a_code_shown_twice_at_once_counts_once(
    client: Client, second_client: Client, clock: VirtualClock
) -> None:
    """AU-08, raced."""
    ada = await ada_with_app(client, clock)
    tokens = [await challenge(client) for _ in range(6)]

    async def show(number: int) -> int:
        door = (client, second_client)[number % 2]
        body = {"challengeToken": tokens[number], "code": ada.code()}
        return int((await door.post("/api/v1/auth/2fa/verify", json=body)).status_code)

    statuses = await asyncio.gather(*(show(number) for number in range(6)))

    assert statuses.count(200) == 1


async def test_a_code_shown_twenty_times_at_once_uses_up_no_tries(
    client: Client, clock: VirtualClock, owner_connection: psycopg.Connection[Any]
) -> None:
    """Whoever waits for the others is answered, and the owner's tries are still there."""
    ada = await ada_with_app(client, clock)
    tokens = [await challenge(client) for _ in range(20)]

    async def show(token: str) -> str:
        body = {"challengeToken": token, "code": ada.code()}
        answer = await client.post("/api/v1/auth/2fa/verify", json=body)
        return str(answer.json().get("code", answer.status_code))

    told = await asyncio.gather(*(show(token) for token in tokens))

    assert sorted(told) == ["200", *["invalid_second_factor"] * 19]
    counted = owner_connection.execute("select wrong_in_a_row, wrong_at from second_factors")
    assert counted.fetchone() == (0, [])


async def test_an_old_sign_in_needs_the_password(client: Client, clock: VirtualClock) -> None:
    session = await registered(client)
    clock.advance(timedelta(minutes=11))

    for path in ("2fa/enable", "passkeys/options"):
        assert await code_of(client, path, {}, session) == (403, "fresh_sign_in_needed")
        assert await code_of(client, path, {"password": "wrong"}, session) == (
            403,
            "wrong_password",
        )
        right = {"password": LOG_IN["password"]}
        assert (await ask(client, path, right, session)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"code": 123456},
        {"code": "1", "extra": 1},
        {"challengeToken": 1, "code": "1"},
        {"challengeToken": "x", "passkey": {}},
        {"challengeToken": "x", "passkey": {"id": "a", "rawId": "a", "type": "password"}},
    ],
)
async def test_a_body_of_another_shape_is_malformed(client: Client, body: Any) -> None:
    assert await code_of(client, "2fa/verify", body) == (400, "malformed_request")


async def test_support_lets_somebody_in_again(
    client: Client, clock: VirtualClock, container: Container
) -> None:
    ada = await ada_with_app(client, clock)
    eve = await registered(client, email="eve@example.com")
    path = f"/api/v1/users/{ada.session['user']['id']}/2fa"
    refused = await client.delete(path, headers=bearer(eve))
    assert (refused.status_code, refused.json()["code"]) == (404, "user_not_found")
    await container.identity.grant_platform_admin()(UserId(UUID(eve["user"]["id"])))

    reset = await client.delete(path, headers=bearer(eve))

    assert reset.status_code == 204
    assert "accessToken" in (await ask(client, "login", LOG_IN)).json()


async def test_without_the_cache_nothing_changes(
    container: Container, client: Client, clock: VirtualClock
) -> None:
    """AU-07: what was tried is kept in PostgreSQL alone; a process without a cache knows it too."""
    ada = await ada_with_app(client, clock)
    token = await challenge(client)
    wrong = {"challengeToken": token, "code": ada.wrong_code()}
    for _ in range(5):
        assert await code_of(client, "2fa/verify", wrong) == (401, "invalid_second_factor")
    nowhere = CacheDoor("redis://127.0.0.1:1/0")

    with container.core.cache_door.override(providers.Object(nowhere)):
        assert await code_of(client, "2fa/verify", wrong) == (429, "too_many_codes")
