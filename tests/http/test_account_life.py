"""Accounts from beginning to end, as clients meet them; mails are read as their readers do."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.tokens.passwords import Argon2Passwords
from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.mailbox import body_of, do_jobs, mails, subjects, token_from_mail
from tests.http.test_auth import ADA, LOG_IN, bearer, registered
from tests.puzzles import solution_of

Client = AsyncTestClient[Litestar]

NEW = "correct horse battery"
ADDRESS = "ada@example.com"


async def post(client: Client, path: str, body: Any, **more: Any) -> Any:
    return await client.post(f"/api/v1{path}", json=body, **more)


async def test_an_address_is_verified_by_its_mail(client: Client) -> None:
    session = await registered(client)
    token = await token_from_mail(client, "Ada@example.com", "Confirm your e-mail")

    verified = await post(client, "/auth/verify-email", {"token": token})

    assert (verified.status_code, verified.content) == (204, b"")
    me = (await client.get("/api/v1/users/me", headers=bearer(session))).json()
    assert me["emailVerified"] is True
    again = await post(client, "/auth/verify-email", {"token": token})
    assert (again.status_code, again.json()["code"]) == (422, "invalid_account_token")
    assert again.json()["errors"][0]["path"] == "$.token"
    resent = await post(client, "/auth/verify-email/resend", None, headers=bearer(session))
    assert (resent.status_code, resent.json()) == (202, {"status": "mail_sent"})
    assert await subjects(client) == ["Confirm your e-mail address"]


async def test_a_forgotten_password_is_replaced_by_mail(client: Client) -> None:
    session = await registered(client)
    asked = await post(client, "/auth/forgot-password", {"email": "ADA@example.com"})
    assert (asked.status_code, asked.json()) == (202, {"status": "mail_sent"})
    token = await token_from_mail(client, "Ada@example.com", "Choose a new password")

    weak = await post(client, "/auth/reset-password", {"token": token, "password": "iloveyou"})
    done = await post(client, "/auth/reset-password", {"token": token, "password": NEW})
    twice = await post(client, "/auth/reset-password", {"token": token, "password": NEW})

    assert (weak.status_code, weak.json()["code"]) == (422, "known_password")
    assert done.status_code == 204
    assert (twice.status_code, twice.json()["code"]) == (422, "invalid_account_token")
    me = await client.get("/api/v1/users/me", headers=bearer(session))
    assert (me.status_code, me.json()["code"]) == (401, "session_ended")
    assert (await post(client, "/auth/login", LOG_IN)).status_code == 401
    assert (await post(client, "/auth/login", LOG_IN | {"password": NEW})).status_code == 200
    assert (await subjects(client))[-1] == "Your password was changed"


async def test_a_password_is_changed_by_who_knows_it(client: Client) -> None:
    here = await registered(client)
    there = (await post(client, "/auth/login", LOG_IN)).json()
    said = {"currentPassword": "Password123!", "newPassword": NEW}

    wrong = await client.patch(
        "/api/v1/users/me/password",
        json=said | {"currentPassword": "wrong"},
        headers=bearer(here),
    )
    short = await client.patch(
        "/api/v1/users/me/password", json=said | {"newPassword": "x"}, headers=bearer(here)
    )
    done = await client.patch("/api/v1/users/me/password", json=said, headers=bearer(here))

    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    assert short.json()["errors"][0]["path"] == "$.newPassword"
    assert done.status_code == 204
    assert (await client.get("/api/v1/users/me", headers=bearer(here))).status_code == 200
    assert (await client.get("/api/v1/users/me", headers=bearer(there))).status_code == 401


async def test_another_address_counts_when_it_is_proven(client: Client) -> None:
    session = await registered(client)
    said = {"email": "countess@example.com", "currentPassword": "Password123!"}
    asked = await post(client, "/users/me/email", said, headers=bearer(session))
    assert asked.status_code == 202, asked.text
    token = await token_from_mail(client, "countess@example.com", "Confirm your new")
    assert (await post(client, "/auth/login", LOG_IN)).status_code == 200

    await post(client, "/auth/verify-email", {"token": token})

    assert (await post(client, "/auth/login", LOG_IN)).status_code == 401
    after = LOG_IN | {"email": "countess@example.com"}
    assert (await post(client, "/auth/login", after)).status_code == 200
    told = await mails(client, "Ada@example.com")
    assert str(told[-1]["Subject"]) == "Your e-mail address was changed"


async def test_a_profile_and_preferences_are_changed_in_parts(client: Client) -> None:
    session = await registered(client)
    headers = bearer(session)

    me = await client.patch(
        "/api/v1/users/me",
        json={"firstName": "Augusta", "avatarUrl": "https://example.com/a.png"},
        headers=headers,
    )
    liked = await client.patch(
        "/api/v1/users/me/preferences",
        json={"locale": "de-AT", "timezone": "Europe/Vienna", "marketingEmails": True},
        headers=headers,
    )

    assert me.json() == (await client.get("/api/v1/auth/me", headers=headers)).json()
    assert (me.json()["firstName"], me.json()["lastName"]) == ("Augusta", "Byron")
    assert liked.json() == {
        "locale": "de-AT",
        "timezone": "Europe/Vienna",
        "marketingEmails": True,
        "organizerEmails": False,
        "reminderEmails": True,
        "waitingListEmails": True,
    }
    kept = await client.get("/api/v1/users/me/preferences", headers=headers)
    assert kept.json() == liked.json()


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("", {"email": "x@example.com"}, (400, "malformed_request")),
        ("", {"isPlatformAdmin": True}, (400, "malformed_request")),
        ("", {"firstName": None}, (400, "malformed_request")),
        ("", {"avatarUrl": "http://example.com/a.png"}, (422, "invalid_avatar")),
        ("", {"phone": "1"}, (422, "invalid_text")),
        ("/preferences", {"locale": "xx_YY"}, (422, "invalid_locale")),
        ("/preferences", {"timezone": "Mars"}, (422, "unknown_timezone")),
        ("/preferences", {"marketingEmails": "yes"}, (400, "malformed_request")),
        ("/password", {"newPassword": ""}, (422, "invalid_password")),
    ],
)
async def test_what_cannot_be_kept_is_refused(
    client: Client, path: str, body: Any, refusal: tuple[int, str]
) -> None:
    session = await registered(client)

    answer = await client.patch(f"/api/v1/users/me{path}", json=body, headers=bearer(session))

    assert (answer.status_code, answer.json()["code"]) == refusal


async def test_ds_12_whoever_asks_too_often_ends_no_code_that_was_mailed(client: Client) -> None:
    await registered(client)
    for _ in range(4):
        await post(client, "/auth/forgot-password", {"email": ADDRESS})
    token = await token_from_mail(client, "Ada@example.com", "Choose a new password")

    done = await post(client, "/auth/reset-password", {"token": token, "password": NEW})

    assert done.status_code == 204


async def test_guesses_end_and_say_when_to_come_back(
    client: Client, clock: VirtualClock, owner_connection: psycopg.Connection[Any]
) -> None:
    """AU-07: counted in PostgreSQL, so no restart and no lost cache resets them."""
    await registered(client)
    owner_connection.execute("truncate familiar_networks")
    wrong = LOG_IN | {"password": "wrong"}

    answers = [await post(client, "/auth/login", wrong) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[5].json()["code"] == "too_many_guesses"
    assert answers[5].headers["Retry-After"] == "900"
    assert (await post(client, "/auth/login", LOG_IN)).status_code == 429
    clock.advance(timedelta(minutes=15))
    assert (await post(client, "/auth/login", LOG_IN)).status_code == 200


async def test_au_09_in_a_spray_a_sign_in_from_elsewhere_costs_work(
    client: Client, clock: VirtualClock, owner_connection: psycopg.Connection[Any]
) -> None:
    await registered(client)
    owner_connection.execute("truncate familiar_networks")
    owner_connection.execute(
        "insert into attempts select 'guess_network', 'x', array_agg(%s::timestamptz), %s"
        " from generate_series(1, 201)",
        (clock(), clock() + timedelta(minutes=1)),
    )

    asked = await post(client, "/auth/login", LOG_IN)

    assert (asked.status_code, asked.json()["code"]) == (403, "puzzle_required")
    challenge, bits = asked.json()["challenge"], asked.json()["difficultyBits"]
    solved = {"challenge": challenge, "solution": solution_of(challenge, bits)}
    missed = await post(client, "/auth/login", LOG_IN | {"puzzle": solved | {"solution": "1"}})
    assert (missed.status_code, missed.json()["code"]) == (403, "puzzle_required")
    wrong = LOG_IN | {"password": "wrong", "puzzle": solved}
    came = await asyncio.gather(*(post(client, "/auth/login", wrong) for _ in range(5)))
    assert sorted(answer.json()["code"] for answer in came) == [
        *["challenge_over"] * 4,
        "invalid_credentials",
    ]
    asked = await post(client, "/auth/login", LOG_IN)
    challenge = asked.json()["challenge"]
    solved = {"challenge": challenge, "solution": solution_of(challenge, bits)}
    assert (await post(client, "/auth/login", LOG_IN | {"puzzle": solved})).status_code == 200


@contextmanager
def work_of(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are run and the passwords that are hashed, one after the other."""
    done: list[str] = []

    def ran(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        done.append(statement)

    real = Argon2Passwords._in_turn

    async def hashed(self: Argon2Passwords, work: Any) -> Any:
        done.append("hash")
        return await real(self, work)

    monkeypatch.setattr(Argon2Passwords, "_in_turn", hashed)
    event.listen(engine.sync_engine, "before_cursor_execute", ran)
    try:
        yield done
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", ran)


def _alike(answer: Any) -> tuple[Any, ...]:
    body = answer.json()
    body.pop("requestId", None)
    headers = {name: value for name, value in answer.headers.items() if "request-id" not in name}
    return answer.status_code, body, headers


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/auth/login", {"password": "wrong"}),
        ("/auth/forgot-password", {}),
        ("/auth/register", {"password": NEW, "firstName": "Eve", "lastName": "Doe"}),
    ],
)
async def test_au_11_a_known_and_an_unknown_address_take_the_same_work(
    container: Container,
    client: Client,
    engine: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    body: Any,
) -> None:
    """Status, body, headers, statements and hashes; registration where it is verified first."""
    await registered(client)
    container.accounts.registration_mode.override("verified_first")
    told, work = [], []

    for address in (ADDRESS, "bda@example.com"):
        with work_of(engine, monkeypatch) as done:
            told.append(_alike(await post(client, path, {"email": address} | body)))
        work.append(list(done))

    assert told[0] == told[1]
    assert work[0] == work[1]
    assert work[0].count("hash") == (0 if "forgot" in path else 1)


@pytest_asyncio.fixture(loop_scope="session")
async def verified_first(container: Container) -> None:
    container.accounts.registration_mode.override("verified_first")


async def test_where_addresses_are_verified_first_the_mail_opens_the_account(
    verified_first: None, client: Client, owner_connection: psycopg.Connection[Any]
) -> None:
    asked = await post(client, "/auth/register", ADA)
    assert (asked.status_code, asked.json()) == (202, {"status": "mail_sent"})
    assert (await post(client, "/auth/login", LOG_IN)).status_code == 401

    token = await token_from_mail(client, "Ada@example.com", "Open your account")
    assert (await post(client, "/auth/verify-email", {"token": token})).status_code == 204

    assert (await post(client, "/auth/login", LOG_IN)).status_code == 200
    again = await post(client, "/auth/register", ADA | {"password": NEW})
    assert (again.status_code, again.json()) == (202, {"status": "mail_sent"})
    [*_, told] = await mails(client, "Ada@example.com")
    assert str(told["Subject"]) == "You have an account already"
    assert "verify-email" not in body_of(told)
    assert owner_connection.execute("select count(*) from users").fetchone() == (1,)


async def test_no_secret_of_a_mail_lies_in_the_database(
    client: Client, owner_connection: psycopg.Connection[Any]
) -> None:
    await registered(client)
    await post(client, "/auth/forgot-password", {"email": ADDRESS})
    rows = owner_connection.execute("select args::text from procrastinate_jobs").fetchall()
    links = owner_connection.execute("select l::text from account_links l").fetchall()

    tokens = [
        await token_from_mail(client, "Ada@example.com", "Confirm your e-mail"),
        await token_from_mail(client, "Ada@example.com", "Choose a new password"),
    ]

    links += owner_connection.execute("select l::text from account_links l").fetchall()
    assert rows
    assert not [row for row in (*rows, *links) for token in tokens if token in row[0]]


async def test_everything_that_is_held_on_a_person_is_told(client: Client) -> None:
    session, other = await registered(client), await registered(client, email="eve@example.com")
    await do_jobs(client)

    answer = await client.get("/api/v1/users/me/export", headers=bearer(session))

    assert answer.status_code == 200, answer.text
    data = answer.json()
    assert data["account"]["profile"]["email"] == "Ada@example.com"
    assert len(data["account"]["sessions"]) == len(data["account"]["mailedLinks"]) == 1
    assert len(data["account"]["familiarNetworks"]) == 1
    assert data["orders"] == data["tickets"] == data["waitingListEntries"] == []
    assert "attachment" in answer.headers["Content-Disposition"]
    for secret in (session["accessToken"], session["refreshToken"], "argon2", "eve@"):
        assert secret not in answer.text
    assert other["user"]["id"] not in answer.text


async def test_a_closed_account_is_gone(
    client: Client, owner_connection: psycopg.Connection[Any]
) -> None:
    session = await registered(client, phone="+44 555 0199")
    await do_jobs(client)
    wrong = await client.request(
        "DELETE", "/api/v1/users/me", json={"password": "wrong"}, headers=bearer(session)
    )
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")

    closed = await client.request(
        "DELETE", "/api/v1/users/me", json={"password": "Password123!"}, headers=bearer(session)
    )

    assert (closed.status_code, closed.content) == (204, b"")
    await do_jobs(client)
    assert (await client.get("/api/v1/users/me", headers=bearer(session))).status_code == 401
    assert (await post(client, "/auth/login", LOG_IN)).status_code == 401
    tables = owner_connection.execute(
        "select tablename from pg_tables where schemaname = 'public'"
    ).fetchall()
    for (table,) in tables:
        told = str(owner_connection.execute(f"select t::text from {table} t").fetchall())
        for canary in ("ada@example", "Ada@example", "Byron", "0199", "testclient"):
            assert canary not in told, f"{canary} in {table}"
    await registered(client)


async def test_a_fresh_session_closes_an_account_without_a_body(
    client: Client, clock: VirtualClock
) -> None:
    session = await registered(client)
    odd_bodies: list[Any] = ["x", [], {"password": 1}, {"sure": True}]
    for body in odd_bodies:
        odd = await client.request("DELETE", "/api/v1/users/me", json=body, headers=bearer(session))
        assert (odd.status_code, odd.json()["code"]) == (400, "malformed_request")
    clock.advance(timedelta(minutes=11))
    late = await client.delete("/api/v1/users/me", headers=bearer(session))
    assert (late.status_code, late.json()["code"]) == (403, "fresh_sign_in_needed")

    fresh = (await post(client, "/auth/login", LOG_IN)).json()
    closed = await client.delete("/api/v1/users/me", headers=bearer(fresh))

    assert closed.status_code == 204, closed.text
