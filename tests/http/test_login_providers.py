"""Signing in with a provider as shops meet it: the whole way, over the wire."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.conftest import SHOP
from tests.http.test_auth import bearer, registered
from tests.oidc_double import ISSUER, Fault, Lie, OidcDouble, Person, answer_of

Client = AsyncTestClient[Litestar]
Json = dict[str, Any]
DOOR = "/api/v1/auth/oidc/corp"
MINE = "/api/v1/users/me/identities"
GRACE = Person(subject="g", email="grace@example.com", given_name="Grace", family_name="Hopper")


async def started(client: Client, session: Json | None = None, **wish: Any) -> Json:
    headers = bearer(session) if session else {}
    response = await client.post(f"{DOOR}/start", json=wish, headers=headers)
    assert response.status_code == 200, response.text
    body: Json = response.json()
    return body


async def at_the_provider(oidc: OidcDouble, authorization_url: str) -> httpx.Response:
    """The person's browser, at the provider's own pages."""
    async with httpx.AsyncClient(transport=oidc.wire()) as browser:
        return await browser.get(authorization_url)


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query, strict_parsing=True))


def finishing(begun: Json, person: Person = GRACE, **changes: Any) -> Json:
    answer = answer_of(begun["authorizationUrl"], person)
    return answer | {"flowToken": begun["flowToken"]} | changes


async def signed_in(client: Client, person: Person = GRACE) -> Json:
    response = await client.post(f"{DOOR}/finish", json=finishing(await started(client), person))
    assert response.status_code == 200, response.text
    body: Json = response.json()
    return body


async def test_the_whole_way(client: Client, oidc: OidcDouble) -> None:
    """Shop, provider, our page, shop, session: each step as a browser or a shop takes it."""
    oidc.person = GRACE
    listed = (await client.get("/api/v1/auth/providers")).json()
    assert listed["items"] == [{"name": "corp", "kind": "oidc", "label": "corp"}]
    begun = await started(client, redirectUri=SHOP)

    away = await at_the_provider(oidc, begun["authorizationUrl"])
    here = urlsplit(away.headers["location"])
    assert here.path == f"{DOOR}/callback"
    back = await client.get(f"{here.path}?{here.query}", follow_redirects=False)

    assert back.status_code == 303
    assert back.headers["location"].startswith(f"{SHOP}?")
    assert back.headers["referrer-policy"] == "no-referrer"
    assert back.headers["cache-control"] == "no-store"
    brought = query_of(back.headers["location"])
    assert set(brought) == {"code", "state", "iss"}
    assert brought["iss"] == ISSUER
    finished = await client.post(f"{DOOR}/finish", json=brought | {"flowToken": begun["flowToken"]})
    session = finished.json()
    assert finished.status_code == 200, finished.text
    assert finished.headers["cache-control"] == "no-store"
    assert set(session) == {"user", "accessToken", "refreshToken", "expiresIn"}
    me = (await client.get("/api/v1/auth/me", headers=bearer(session))).json()
    assert (me["email"], me["firstName"], me["lastName"]) == (
        "grace@example.com",
        "Grace",
        "Hopper",
    )


async def test_a_provider_that_posts_is_handed_on_the_same_way(client: Client) -> None:
    begun = await started(client)
    form = answer_of(begun["authorizationUrl"], GRACE) | {"user": '{"name": {}}', "id_token": "x"}

    back = await client.post(f"{DOOR}/callback", data=form, follow_redirects=False)

    assert back.status_code == 303
    assert set(query_of(back.headers["location"])) == {"code", "state"}
    brought = query_of(back.headers["location"]) | {"flowToken": begun["flowToken"]}
    assert (await client.post(f"{DOOR}/finish", json=brought)).status_code == 200


async def test_au_17_our_page_changes_nothing_whoever_fetches_it(
    client: Client, oidc: OidcDouble, owner_connection: psycopg.Connection[Any]
) -> None:
    begun = await started(client)
    answer = answer_of(begun["authorizationUrl"], GRACE)
    before = owner_connection.execute("select * from login_flows").fetchall()
    heard = len(oidc.requests)

    for fetch in (client.get, client.head, client.get):
        await fetch(f"{DOOR}/callback", params=answer, follow_redirects=False)

    assert owner_connection.execute("select * from login_flows").fetchall() == before
    assert owner_connection.execute("select count(*) from sessions").fetchone() == (0,)
    assert len(oidc.requests) == heard
    finished = await client.post(f"{DOOR}/finish", json=answer | {"flowToken": begun["flowToken"]})
    assert finished.status_code == 200


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://evil.example/",
        f"{SHOP}/",
        f"{SHOP}?next=https://evil.example",
        "https://shop.example.evil.example/signed-in",
        "//shop.example/signed-in",
        "javascript:alert(1)",
        "",
    ],
)
async def test_in_10_nobody_is_sent_where_the_operator_did_not_say(
    client: Client, redirect_uri: str
) -> None:
    response = await client.post(f"{DOOR}/start", json={"redirectUri": redirect_uri})

    body = response.json()
    assert (response.status_code, body["code"]) == (422, "redirect_not_allowed")
    assert body["errors"][0]["path"] == "$.redirectUri"


@pytest.mark.parametrize("query", ["", "?code=c", "?state=x&code=c", "?state=&error=e"])
async def test_in_10_our_page_sends_nobody_on_without_a_flow_of_ours(
    client: Client, query: str
) -> None:
    for method in ("GET", "POST"):
        response = await client.request(method, f"{DOOR}/callback{query}", follow_redirects=False)

        assert (response.status_code, response.json()["code"]) == (404, "login_flow_ended")
        assert "location" not in response.headers


async def test_au_13_a_session_cannot_be_put_into_anothers_browser(
    client: Client, owner_connection: psycopg.Connection[Any]
) -> None:
    """Login CSRF: the victim's shop gets the thief's answer, but has a token of its own or none."""
    thief, victim = await started(client), await started(client)

    for token in (victim["flowToken"], "", thief["state"]):
        body = finishing(thief, flowToken=token)
        response = await client.post(f"{DOOR}/finish", json=body)
        assert response.status_code in (400, 404)
        assert response.json()["code"] in ("malformed_request", "login_flow_ended")
        assert "set-cookie" not in response.headers

    assert owner_connection.execute("select count(*) from sessions").fetchone() == (0,)


@pytest.mark.parametrize("lie", [Lie.WRONG_NONCE, Lie.WRONG_AUDIENCE, Lie.ALG_NONE, Lie.EXPIRED])
async def test_au_16_a_lie_opens_nothing_and_is_not_explained(
    client: Client, oidc: OidcDouble, lie: Lie, owner_connection: psycopg.Connection[Any]
) -> None:
    oidc.lie = lie

    response = await client.post(f"{DOOR}/finish", json=finishing(await started(client)))

    body = response.json()
    assert (response.status_code, body["code"]) == (401, "provider_not_believed")
    assert set(body) == {"type", "title", "status", "code", "detail", "requestId"}
    assert owner_connection.execute("select count(*) from users").fetchone() == (0,)


async def test_au_16_an_answer_is_good_once(client: Client) -> None:
    body = finishing(await started(client))

    first, second = [await client.post(f"{DOOR}/finish", json=body) for _ in range(2)]

    assert first.status_code == 200
    assert (second.status_code, second.json()["code"]) == (404, "login_flow_ended")


async def test_au_16_a_known_address_is_told_to_sign_in_and_link(client: Client) -> None:
    ada = await registered(client)
    person = Person(email="ada@example.com")

    refused = await client.post(f"{DOOR}/finish", json=finishing(await started(client), person))
    assert (refused.status_code, refused.json()["code"]) == (409, "sign_in_to_link")

    body = finishing(await started(client, ada, linkTo="me"), person, provider="corp")
    linked = await client.post(MINE, json=body, headers=bearer(ada))
    assert linked.status_code == 201, linked.text
    assert linked.headers["location"] == f"{MINE}/{linked.json()['id']}"
    assert (await signed_in(client, person))["user"]["id"] == ada["user"]["id"]


async def test_au_16_an_unverified_address_looks_the_same_known_or_not(client: Client) -> None:
    await registered(client)
    answers = []

    for email in ("ada@example.com", "nobody@example.com"):
        person = Person(email=email, email_verified=False)
        body = finishing(await started(client), person)
        response = await client.post(f"{DOOR}/finish", json=body)
        answer = response.json()
        del answer["requestId"]
        answers.append((response.status_code, answer))

    assert answers[0] == answers[1]
    assert (answers[0][0], answers[0][1]["code"]) == (403, "provider_email_unverified")


async def test_what_is_linked_is_listed_to_its_owner_and_unlinked(client: Client) -> None:
    ada, grace = await registered(client), await signed_in(client)
    body = finishing(await started(client, ada, linkTo="me"), Person(), provider="corp")
    linked = (await client.post(MINE, json=body, headers=bearer(ada))).json()

    listed = (await client.get(MINE, headers=bearer(ada))).json()
    assert listed["items"] == [linked]
    assert set(linked) == {"id", "provider", "email", "linkedAt"}
    assert (linked["provider"], linked["email"]) == ("corp", "ada@example.com")

    path = f"{MINE}/{linked['id']}"
    foreign = await client.delete(path, headers=bearer(grace))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "identity_not_found")
    assert (await client.delete(path, headers=bearer(ada))).status_code == 204
    assert (await client.get(MINE, headers=bearer(ada))).json()["items"] == []


async def test_the_last_way_in_is_not_unlinked(client: Client) -> None:
    grace = await signed_in(client)
    [only] = (await client.get(MINE, headers=bearer(grace))).json()["items"]

    response = await client.delete(f"{MINE}/{only['id']}", headers=bearer(grace))

    assert (response.status_code, response.json()["code"]) == (409, "last_way_in")
    assert (await signed_in(client))["user"] == grace["user"]


async def test_nobody_signs_in_with_a_password_that_was_never_set(client: Client) -> None:
    await signed_in(client)

    for password in ("", "-", "None"):
        response = await client.post(
            "/api/v1/auth/login", json={"email": "grace@example.com", "password": password}
        )
        assert (response.status_code, response.json()["code"]) == (401, "invalid_credentials")


async def test_a_provider_that_is_down_is_told_and_tried_again(
    client: Client, oidc: OidcDouble
) -> None:
    body = finishing(await started(client))
    oidc.fail(Fault.BROKEN, "/token")

    down = await client.post(f"{DOOR}/finish", json=body)

    assert (down.status_code, down.json()["code"]) == (503, "login_provider_down")
    assert int(down.headers["retry-after"]) > 0
    assert (await client.post(f"{DOOR}/finish", json=body)).status_code == 200


async def test_while_a_provider_is_asked_no_transaction_is_open(
    client: Client, oidc: OidcDouble, owner_connection: psycopg.Connection[Any]
) -> None:
    body = finishing(await started(client))
    seen = []
    open_ones = (
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and state like 'idle in transaction%' and pid <> pg_backend_pid()"
    )
    honest = oidc._grant_of

    def watching(form: dict[str, str]) -> Any:
        seen.append(owner_connection.execute(open_ones).fetchone())
        return honest(form)

    oidc._grant_of = watching  # type: ignore[method-assign]  # The double looks up while it works.
    response = await client.post(f"{DOOR}/finish", json=body)

    assert response.status_code == 200
    assert seen == [(0,)]


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("another/start", {}, (404, "login_provider_not_found")),
        ("CORP/start", {}, (404, "login_provider_not_found")),
        ("corp/start", {"linkTo": "me"}, (401, "unauthenticated")),
        ("corp/start", {"linkTo": "you"}, (400, "malformed_request")),
        ("corp/start", {"userId": "1"}, (400, "malformed_request")),
        ("corp/start", {"redirectUri": 1}, (400, "malformed_request")),
        ("corp/finish", {}, (400, "malformed_request")),
        ("corp/finish", {"code": "", "state": "x", "flowToken": "x"}, (400, "malformed_request")),
        (
            "corp/finish",
            {"code": "x" * 4097, "state": "x", "flowToken": "x"},
            (400, "malformed_request"),
        ),
        (
            "corp/finish",
            {"code": "\u0000", "state": "x", "flowToken": "x"},
            (400, "malformed_request"),
        ),
        ("corp/finish", {"code": "x", "state": "x", "flowToken": "x"}, (404, "login_flow_ended")),
        (
            "another/finish",
            {"code": "x", "state": "x", "flowToken": "x"},
            (404, "login_provider_not_found"),
        ),
    ],
)
async def test_what_makes_no_sense_is_refused_with_its_code(
    client: Client,
    path: str,
    body: Json,
    refusal: tuple[int, str],
    owner_connection: psycopg.Connection[Any],
) -> None:
    response = await client.post(f"/api/v1/auth/oidc/{path}", json=body)

    assert (response.status_code, response.json()["code"]) == refusal
    assert owner_connection.execute("select count(*) from login_flows").fetchone() == (0,)


async def test_a_form_that_cannot_be_kept_is_malformed(client: Client) -> None:
    for form in (b"state=%00&code=x", b"&".join([b"a=1"] * 60), b"state=\xff\xfe&code=c"):
        response = await client.post(
            f"{DOOR}/callback",
            content=form,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert (response.status_code, response.json()["code"]) == (400, "malformed_request")
