"""How people are invited, and what invitations tell whom (AU-11, DS-12)."""

from typing import Any

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from tests.http.hiring import hire, token_of, verify
from tests.http.mailbox import mails
from tests.http.test_auth import registered
from tests.http.test_organizations import ROCK, Person, person

Client = AsyncTestClient[Litestar]
SUPPORT = {"role": "support"}
BOB = "bob@example.com"


@pytest.fixture
async def ada(client: Client) -> Person:
    return await person(client, "ada")


@pytest.fixture
async def bob(client: Client) -> Person:
    return await person(client, "bob")


async def answer(client: Client, method: str, path: str, who: Person | None = None) -> Any:
    headers = {} if who is None else who.headers
    response = await client.request(method, f"/api/v1{path}", headers=headers)
    return response.status_code, response.json() if response.content else None


async def test_known_and_unknown_addresses_are_invited_alike(ada: Person, bob: Person) -> None:
    rock = await ada.founds()

    _, known = await ada.asks("POST", f"{rock}/members", SUPPORT | {"email": "bob@example.com"})
    _, unknown = await ada.asks("POST", f"{rock}/members", SUPPORT | {"email": "new@example.com"})

    assert known.keys() == unknown.keys()
    told = {key: value for key, value in known.items() if key not in ("id", "email")}
    assert told == {key: value for key, value in unknown.items() if key not in ("id", "email")}
    assert (known["status"], known["expiresAt"]) == ("invited", "2026-06-08T12:00:00Z")


async def test_an_invitation_is_read_declined_and_listed(
    client: Client, ada: Person, container: Container
) -> None:
    rock = await ada.founds()
    _, invited = await ada.asks("POST", f"{rock}/members", SUPPORT | {"email": "new@example.com"})
    token = token_of(container.organizations.invitation_tokens(), invited)

    status, shown = await answer(client, "GET", f"/invitations/{token}")
    assert (status, shown["organizationName"], shown["role"]) == (200, "Łódź Rock", "support")
    assert (await answer(client, "POST", f"/invitations/{token}/decline"))[0] == 204

    status, refused = await answer(client, "POST", f"/invitations/{token}/accept", ada)
    assert (status, refused["code"]) == (409, "invitation_closed")
    for wanted, found in (("declined", 1), ("invited", 0)):
        _, listed = await ada.asks("GET", f"{rock}/invitations?status={wanted}")
        assert len(listed["items"]) == found
    assert (await answer(client, "GET", "/invitations/forged"))[1]["code"] == "invitation_not_found"


async def test_the_mail_counts_that_was_sent_last_and_three_an_hour_are_sent(
    client: Client, ada: Person, bob: Person, container: Container
) -> None:
    rock = await ada.founds()
    _, invited = await ada.asks("POST", f"{rock}/members", SUPPORT | {"email": "new@example.com"})
    path = f"{rock}/invitations/{invited['id']}"

    for _ in range(2):
        assert (await ada.asks("POST", f"{path}/resend"))[0] == 200
    assert await ada.refused("POST", f"{path}/resend") == (429, "too_many_invitations")

    tokens = container.organizations.invitation_tokens()
    old, newest = token_of(tokens, invited, 2), token_of(tokens, invited, 3)
    assert (await answer(client, "POST", f"/invitations/{old}/accept", bob))[0] == 409
    assert (await answer(client, "POST", f"/invitations/{newest}/accept", bob))[0] == 200
    assert await ada.refused("DELETE", path) == (409, "invitation_closed")


async def test_who_proved_an_address_finds_its_invitations(
    client: Client, ada: Person, container: Container
) -> None:
    rock, bob = await ada.founds(), Person(client, await registered(client, email=BOB))
    await ada.asks("POST", f"{rock}/members", SUPPORT | {"email": BOB.upper()})
    assert (await answer(client, "GET", "/users/me/invitations", bob))[1]["items"] == []
    await verify(container, bob.id)

    _, mine = await answer(client, "GET", "/users/me/invitations", bob)
    assert (await answer(client, "GET", "/users/me/invitations", ada))[1]["items"] == []
    [invitation] = mine["items"]
    accepted = await answer(client, "POST", f"/invitations/{invitation['token']}/accept", bob)

    assert accepted[0] == 200
    assert (await answer(client, "GET", "/users/me/invitations", bob))[1]["items"] == []


async def test_a_member_leaves_by_themselves_and_the_last_owner_does_not(
    client: Client, ada: Person, bob: Person, container: Container
) -> None:
    rock = await ada.founds()
    await hire(container, rock[1:], bob.id, "scanner")

    assert await ada.refused("DELETE", f"{rock}/members/{ada.id}") == (409, "last_owner")
    assert await bob.refused("DELETE", f"{rock}/members/{ada.id}") == (403, "forbidden")
    assert (await bob.asks("DELETE", f"{rock}/members/{bob.id}"))[0] == 204
    assert await bob.refused("GET", rock) == (404, "organization_not_found")


async def test_the_mail_is_a_job_of_the_same_commit(
    ada: Person, owner_connection: psycopg.Connection[Any]
) -> None:
    rock = await ada.founds()

    _, invited = await ada.asks("POST", f"{rock}/members", SUPPORT | {"email": "new@example.com"})

    jobs = owner_connection.execute(
        "select queue_name, args from procrastinate_jobs where task_name = %s",
        ["messaging.send_invitation"],
    ).fetchall()
    assert jobs == [
        ("mail", {"organization_id": rock[1:], "invitation_id": invited["id"], "round": 1})
    ]


async def test_ds_12_who_has_not_verified_an_address_writes_to_nobody(
    client: Client, ada: Person, container: Container
) -> None:
    stranger = Person(client, await registered(client, email="eve@example.com"))
    street = await stranger.founds()
    new = SUPPORT | {"email": "new@example.com"}

    assert await stranger.refused("POST", f"{street}/members", new) == (403, "email_unverified")
    assert (await ada.asks("POST", f"{await ada.founds()}/members", new))[0] == 201
    await verify(container, stranger.id)
    assert (await stranger.asks("POST", f"{street}/members", new))[0] == 201


async def test_ds_12_a_mailbox_is_one_under_all_its_tags(ada: Person) -> None:
    rock = await ada.founds()

    answers = [
        (await ada.asks("POST", f"{rock}/members", SUPPORT | {"email": f"v+{tag}@example.com"}))[0]
        for tag in range(4)
    ]

    assert answers == [201, 201, 201, 429]


async def test_ds_12_one_account_founds_ten_organizations_a_day(ada: Person, bob: Person) -> None:
    for _ in range(10):
        await ada.founds()

    status, refused = await ada.asks("POST", "", ROCK)
    assert (status, refused["code"], refused["retryAfter"]) == (
        429,
        "too_many_organizations",
        86_400,
    )
    await bob.founds()


@pytest.mark.parametrize(
    "name", ["You won! http://evil.example/x", "Adaf\u202egnp", "www.evil.example", "A\u200bda"]
)
async def test_ds_12_a_name_leads_nowhere(client: Client, ada: Person, name: str) -> None:
    rock = await ada.founds()
    new = {"email": "n@example.com", "password": "Password123!", "firstName": name}
    asked = await client.post("/api/v1/auth/register", json=new | {"lastName": "Byron"})
    assert _names(asked.status_code, asked.json()) == (422, "invalid_name", ["$.firstName"])

    for method, path, body in (
        ("POST", "", ROCK | {"name": name}),
        ("PATCH", rock, {"name": name}),
        ("POST", f"{rock}/api-keys", {"name": name, "scopes": ["events_view"]}),
    ):
        assert _names(*await ada.asks(method, path, body)) == (422, "invalid_name", ["$.name"])


def _names(status: int, refused: Any) -> tuple[int, str, list[str]]:
    return status, refused["code"], [one["path"] for one in refused["errors"]]


async def test_ds_12_mails_do_not_greet_strangers_by_what_somebody_typed(client: Client) -> None:
    await registered(client, email="victim@example.com", firstName="Claim", lastName="your prize")
    forgot = {"email": "victim@example.com"}
    await client.post("/api/v1/auth/forgot-password", json=forgot)

    sent = await mails(client, "victim@example.com")

    assert len(sent) == 2
    assert not [mail for mail in sent if "Claim" in mail.as_string()]
