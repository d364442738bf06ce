"""A person's sessions as clients meet them."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.test_auth import LOG_IN, bearer, registered

Client = AsyncTestClient[Litestar]
SESSIONS = "/api/v1/auth/sessions"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"


async def signed_in(client: Client, agent: str = FIREFOX) -> dict[str, Any]:
    answer = await client.post("/api/v1/auth/login", json=LOG_IN, headers={"User-Agent": agent})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def refreshed(client: Client, token: str, agent: str = FIREFOX) -> Any:
    return await client.post(
        "/api/v1/auth/refresh", json={"refreshToken": token}, headers={"User-Agent": agent}
    )


async def listed(client: Client, session: dict[str, Any], query: str = "") -> Any:
    answer = await client.get(SESSIONS + query, headers=bearer(session))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refusal_of_me(client: Client, session: dict[str, Any]) -> tuple[int, str | None]:
    me = await client.get("/api/v1/auth/me", headers=bearer(session))
    return me.status_code, me.json().get("code")


async def test_everybody_sees_where_they_are_signed_in(client: Client, clock: VirtualClock) -> None:
    await registered(client, email="other@example.com")
    await registered(client)
    laptop = await signed_in(client)
    begun = clock()
    clock.advance(timedelta(minutes=5))
    again = (await refreshed(client, laptop["refreshToken"])).json()

    items = (await listed(client, again))["items"]

    assert [one["isCurrent"] for one in items] == [True, False]
    mine = items[0]
    assert mine["device"] == "Firefox on Windows"
    assert mine["ip"]
    assert mine["createdAt"].startswith(f"{begun:%Y-%m-%dT%H:%M}")
    assert mine["lastActiveAt"].startswith(f"{clock():%Y-%m-%dT%H:%M}")
    assert mine["expiresAt"].startswith(f"{clock() + timedelta(days=7):%Y-%m-%dT%H:%M}")
    assert set(mine) == {
        "id", "device", "ip", "createdAt", "lastActiveAt", "expiresAt", "isCurrent",
        "visitReason",
    }  # fmt: skip


async def test_the_list_goes_on_and_leaves_out_what_is_over(
    client: Client, clock: VirtualClock
) -> None:
    await registered(client)
    clock.advance(timedelta(days=7))
    first, second, third = [await signed_in(client) for _ in range(3)]
    await client.post("/api/v1/auth/logout", headers=bearer(second))

    page = await listed(client, first, "?limit=1")
    rest = await listed(client, first, f"?limit=1&cursor={page['nextCursor']}")

    assert [one["isCurrent"] for one in page["items"] + rest["items"]] == [False, True]
    assert rest.get("nextCursor") is None
    del third


async def test_one_session_is_ended_at_once_in_every_process(
    client: Client, second_client: Client
) -> None:
    phone = await registered(client)
    laptop = await signed_in(client)
    assert await refusal_of_me(client, phone) == (200, None)
    lost = next(
        one["id"] for one in (await listed(client, laptop))["items"] if not one["isCurrent"]
    )

    ended = await second_client.delete(f"{SESSIONS}/{lost}", headers=bearer(laptop))

    assert (ended.status_code, ended.content) == (204, b"")
    assert await refusal_of_me(second_client, phone) == (401, "session_ended")
    # The other process remembers it for 5 s; a write looks at the session itself.
    write = await client.delete(SESSIONS, headers=bearer(phone))
    assert (write.status_code, write.json()["code"]) == (401, "session_ended")
    again = await client.delete(f"{SESSIONS}/{lost}", headers=bearer(laptop))
    assert again.status_code == 204


async def test_somebody_elses_session_does_not_exist(client: Client) -> None:
    ada = await registered(client)
    bob = await registered(client, email="bob@example.com")
    [hers] = (await listed(client, ada))["items"]

    for id_ in (hers["id"], uuid4()):
        answer = await client.delete(f"{SESSIONS}/{id_}", headers=bearer(bob))
        assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")

    assert await refusal_of_me(client, ada) == (200, None)


async def test_all_others_are_ended_or_all(client: Client) -> None:
    phone = await registered(client)
    laptop = await signed_in(client)

    others = await client.delete(SESSIONS, headers=bearer(laptop))

    assert others.status_code == 204
    assert await refusal_of_me(client, phone) == (401, "session_ended")
    assert await refusal_of_me(client, laptop) == (200, None)

    everywhere = await client.delete(f"{SESSIONS}?all=true", headers=bearer(laptop))

    assert everywhere.status_code == 204
    assert await refusal_of_me(client, laptop) == (401, "session_ended")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_strangers_are_sent_to_sign_in(client: Client, method: str) -> None:
    answer = await client.request(method, SESSIONS)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_two_devices_that_end_each_others_sessions_do_not_wait_for_ever(
    client: Client, second_client: Client
) -> None:
    await registered(client)
    sessions = [await signed_in(client) for _ in range(6)]

    answers = await asyncio.gather(
        *(
            (client, second_client)[number % 2].delete(SESSIONS, headers=bearer(session))
            for number, session in enumerate(sessions)
        )
    )

    assert {answer.status_code for answer in answers} <= {204, 401}
    alive = [one for one in sessions if (await refusal_of_me(client, one))[0] == 200]
    assert len(alive) == 1


async def test_fifty_refreshes_at_once_by_one_client_have_one_successor(
    client: Client, second_client: Client, owner_connection: psycopg.Connection[Any]
) -> None:
    """AU-06: at most one refresh token of a session is good (I31)."""
    await registered(client)
    session = await signed_in(client)

    answers = await asyncio.gather(
        *(
            refreshed((client, second_client)[number % 2], session["refreshToken"])
            for number in range(50)
        )
    )

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refreshToken"] for answer in answers}) == 1
    assert _jobs(owner_connection) == 0


async def test_fifty_at_once_by_a_thief_and_the_owner_end_the_session(
    client: Client, second_client: Client, owner_connection: psycopg.Connection[Any]
) -> None:
    """AU-06: whoever was first, nobody keeps a token that works, and one warning is sent."""
    await registered(client)
    session = await signed_in(client)

    answers = await asyncio.gather(
        *(
            refreshed(
                (client, second_client)[number % 2],
                session["refreshToken"],
                (FIREFOX, "Thief")[number % 2],
            )
            for number in range(50)
        )
    )

    assert {answer.status_code for answer in answers} == {200, 401}
    for token in {one.json()["refreshToken"] for one in answers if one.status_code == 200}:
        late = await refreshed(client, token)
        assert (late.status_code, late.json()["code"]) == (401, "invalid_refresh_token")
    reasons = [one.json()["code"] for one in answers if one.status_code == 401]
    assert reasons.count("refresh_token_reused") == 1
    assert set(reasons) <= {"refresh_token_reused", "invalid_refresh_token"}
    assert _jobs(owner_connection) == 1


async def test_a_lost_answer_is_told_again_by_another_process(
    client: Client, second_client: Client, clock: VirtualClock
) -> None:
    """AU-06: the retry within 10 s gets the same successor."""
    await registered(client)
    session = await signed_in(client)
    lost = await refreshed(client, session["refreshToken"])
    clock.advance(timedelta(seconds=9))

    again = await refreshed(second_client, session["refreshToken"])

    assert again.json()["refreshToken"] == lost.json()["refreshToken"]
    assert (await refreshed(client, again.json()["refreshToken"])).status_code == 200


@pytest.mark.parametrize("first", [FIREFOX, "Thief"])
@pytest.mark.parametrize("generations", [1, 3])
async def test_every_token_of_a_session_ends_it_when_shown_again(
    client: Client,
    container: Container,
    owner_connection: psycopg.Connection[Any],
    clock: VirtualClock,
    first: str,
    generations: int,
) -> None:
    """AU-06: thief first or owner first, after one exchange or many; the owner is told."""
    await registered(client)
    session = latest = await signed_in(client)
    for _ in range(generations):
        latest = (await refreshed(client, latest["refreshToken"], first)).json()
        clock.advance(timedelta(days=1))
    second = "Thief" if first == FIREFOX else FIREFOX

    reused = await refreshed(client, session["refreshToken"], second)

    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_token_reused")
    over = await refreshed(client, latest["refreshToken"], first)
    assert (over.status_code, over.json()["code"]) == (401, "invalid_refresh_token")
    row = owner_connection.execute(
        "select id, ended_because from sessions where ended_because is not null"
    ).fetchone()
    assert row is not None
    assert row[1] == "token_reused"
    told = await container.messaging.warn_of_reuse().ended_sessions.after_reuse(row[0])
    assert (told.email, told.greeted) == ("Ada@example.com", "")  # Nobody confirmed the address.
    assert _jobs(owner_connection) == 1


def _jobs(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(
        "select count(*) from procrastinate_jobs"
        " where task_name = 'messaging.warn_of_reuse' and queue_name = 'mail'"
    ).fetchone()
    assert row is not None
    return int(row[0])
