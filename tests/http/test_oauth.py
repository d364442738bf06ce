"""The OAuth provider as applications meet it, and as attackers do (AU-16)."""

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.oauth_scene import BACK, CHALLENGE, VERIFIER, App, an_app
from tests.http.repeating import AN_EVENT, World

Client = AsyncTestClient[Litestar]


@pytest_asyncio.fixture
async def app(world: World) -> App:
    return await an_app(world)


async def test_a_person_lets_an_application_in(world: World, app: App) -> None:
    sent = await app.consent(world.buyer)

    back = urlsplit(sent.json()["redirectTo"])
    told = parse_qs(back.query)
    assert f"{back.scheme}://{back.netloc}{back.path}" == "https://app.example/back"
    assert (told["from"], told["state"]) == (["tixmo"], ["state-of-a-browser"])
    metadata = await world.client.get("/.well-known/oauth-authorization-server")
    assert told["iss"] == [metadata.json()["issuer"]]

    answer = await app.exchange(told["code"][0])
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    assert tokens["scope"] == "orders_read profile"
    me = await app.get("/auth/me", tokens["access_token"])
    assert me.json()["email"] == world.buyer_email


async def test_it_sees_what_was_granted_and_nothing_else(world: World, app: App) -> None:
    order = await world.order()
    seeing = (await app.tokens(world.buyer, "orders_read"))["access_token"]
    other = (await app.tokens(world.buyer, "profile"))["access_token"]

    assert (await app.get("/orders", seeing)).json()["items"][0]["id"] == order["id"]
    assert (await app.get(f"/orders/{order['id']}", seeing)).status_code == 200
    for path, token in [
        ("/orders", other),
        ("/tickets", seeing),
        ("/auth/me", seeing),
        ("/cart", seeing),
        ("/users/me/authorizations", seeing),
    ]:
        refused = await app.get(path, token)
        assert (refused.status_code, refused.json()["code"]) == (403, "person_required"), path
    assert (await app.get(f"/orders/{order['id']}", other)).status_code == 404
    cancelled = await world.client.post(
        f"/api/v1/orders/{order['id']}/cancel", headers={"Authorization": f"Bearer {seeing}"}
    )
    assert cancelled.status_code in (403, 404)


async def test_it_works_as_far_as_the_person_may(world: World, app: App) -> None:
    event = AN_EVENT | world.of_mine
    both = "events_edit events_view"
    owner = (await app.tokens(world.promoter, both))["access_token"]
    buyer = (await app.tokens(world.buyer, both))["access_token"]

    async def create(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await world.client.post("/api/v1/events", json=event, headers=headers)
        return int(answer.status_code)

    assert await create(owner) == 201
    assert await create(buyer) == 404
    assert await create((await app.tokens(world.promoter, "events_view"))["access_token"]) == 403


async def test_looking_changes_nothing(world: World, app: App) -> None:
    headers = {"Authorization": f"Bearer {world.buyer}"}
    params = {
        "client_id": app.id,
        "redirect_uri": BACK,
        "scope": "orders_read",
        "state": "state-of-a-browser",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "response_type": "code",
    }

    shown = await world.client.get("/api/v1/oauth/authorize", params=params, headers=headers)

    assert shown.status_code == 200, shown.text
    assert (shown.json()["clientName"], shown.json()["organizationName"]) == ("Diary", "Starlight")
    assert shown.json()["scopes"] == [
        {"scope": "orders_read", "meaning": "See your orders and payments"}
    ]
    mine = await world.ask("GET", "/users/me/authorizations", world.buyer)
    assert mine["items"] == []


async def test_who_says_no_gives_no_code(world: World, app: App) -> None:
    sent = await app.consent(world.buyer, isGranted=False)

    told = parse_qs(urlsplit(sent.json()["redirectTo"]).query)
    assert told["error"] == ["access_denied"]
    assert "code" not in told


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"redirectUri": "https://evil.example/back"}, 422, "invalid_redirect_uri"),
        ({"redirectUri": BACK + "/../.."}, 422, "invalid_redirect_uri"),
        ({"redirectUri": BACK.upper()}, 422, "invalid_redirect_uri"),
        ({"redirectUri": "https://app.example@evil.example/"}, 422, "invalid_redirect_uri"),
        ({"clientId": "00000000-0000-0000-0000-000000000007"}, 404, "oauth_client_not_found"),
        ({"codeChallenge": None}, 422, "pkce_required"),
        ({"codeChallengeMethod": None}, 422, "pkce_required"),
        ({"codeChallengeMethod": "plain"}, 422, "pkce_required"),
        ({"codeChallengeMethod": "plain", "codeChallenge": VERIFIER}, 422, "pkce_required"),
        ({"codeChallenge": "short"}, 422, "pkce_required"),
        ({"state": None}, 422, "state_required"),
        ({"state": "x"}, 422, "state_required"),
        ({"responseType": "token"}, 422, "invalid_scope"),
        ({"scope": "orders_cancel"}, 422, "invalid_scope"),
        ({"scope": "members_manage"}, 422, "invalid_scope"),
        ({"scope": ""}, 422, "invalid_scope"),
    ],
)
async def test_au_16_nobody_is_sent_back_on_a_bad_wish(
    world: World, app: App, changes: Any, status: int, code: str
) -> None:
    """Open redirects, missing and downgraded PKCE, no state: refused, with no address to go to."""
    scope = changes.pop("scope", "profile")

    refused = await app.consent(world.buyer, scope, **changes)

    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert "redirectTo" not in refused.json()
    assert "location" not in refused.headers


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://app.example/other"},
        {"code_verifier": "w" * 43},
        {"code_verifier": CHALLENGE},
        {"code_verifier": "v" * 42},
    ],
)
async def test_au_16_a_code_is_bound_to_address_and_challenge(
    world: World, app: App, changes: Any
) -> None:
    refused = await app.exchange(await app.code(world.buyer), **changes)

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert "access_token" not in refused.text


async def test_au_16_a_code_is_its_clients(world: World, app: App) -> None:
    """A mix-up: another client shows the code, with its own secret and address."""
    other = await an_app(world, name="Other")
    code = await app.code(world.buyer)

    refused = await other.exchange(code)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")

    assert (await app.exchange(code)).status_code == 200


async def test_au_16_a_code_used_twice_ends_what_it_gave(world: World, app: App) -> None:
    code = await app.code(world.buyer)
    tokens = (await app.exchange(code)).json()
    assert (await app.get("/auth/me", tokens["access_token"])).status_code == 200

    again = await app.exchange(code)

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert (await app.get("/auth/me", tokens["access_token"])).status_code == 401
    assert (await app.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_code_lives_for_a_minute(world: World, app: App) -> None:
    code = await app.code(world.buyer)
    world.clock.advance(timedelta(seconds=60))

    assert (await app.exchange(code)).json()["error"] == "invalid_grant"


async def test_an_access_token_lives_for_a_quarter_of_an_hour(world: World, app: App) -> None:
    tokens = await app.tokens(world.buyer)
    world.clock.advance(timedelta(minutes=15))

    refused = await app.get("/auth/me", tokens["access_token"])

    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")


async def test_an_application_acts_for_its_organisation(world: World, app: App) -> None:
    answer = await app.ask(grant_type="client_credentials", scope="events_edit events_view")
    tokens = answer.json()

    assert "refresh_token" not in tokens
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    event = AN_EVENT | world.of_mine
    made = await world.client.post("/api/v1/events", json=event, headers=headers)
    assert made.status_code == 201, made.text
    me = await app.get("/auth/me", tokens["access_token"])
    assert (me.status_code, me.json()["code"]) == (403, "person_required")
    for scope in ("profile", "orders_view", "everything"):
        refused = await app.ask(grant_type="client_credentials", scope=scope)
        assert refused.json()["error"] == "invalid_scope"


async def test_clients_prove_themselves_in_one_way(world: World, app: App) -> None:
    pair = base64.b64encode(f"{app.id}:{app.secret}".encode()).decode()
    basic = {"Authorization": f"Basic {pair}"}
    form = {"grant_type": "client_credentials"}

    async def ask(headers: Any, **more: str) -> Any:
        return await world.client.post("/api/v1/oauth/token", data=form | more, headers=headers)

    assert (await ask(basic)).status_code == 200
    twice = await ask(basic, client_secret=app.secret)
    assert twice.json()["error"] == "invalid_request"
    wrong = await app.ask(**form, client_secret=app.secret[:-1] + "x")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic")
    none = await world.client.post("/api/v1/oauth/token", data=form | {"client_id": app.id})
    assert none.json()["error"] == "invalid_client"
    assert (await ask({"Authorization": "Basic ???"})).json()["error"] == "invalid_client"


async def test_a_public_client_has_pkce_alone(world: World) -> None:
    app = await an_app(world, isConfidential=False)
    assert "secret" not in app.facts

    assert (await app.exchange(await app.code(world.buyer))).status_code == 200
    refused = await app.ask(grant_type="client_credentials")
    assert refused.json()["error"] == "unauthorized_client"
    spoken = await app.exchange(await app.code(world.buyer), client_secret="anything")
    assert spoken.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=client_credentials&grant_type=refresh_token", ""),
        (b"grant_type=%00", ""),
        (b"grant_type=%ff", ""),
        (b"\xff", ""),
        (b"", ""),
        (b"&".join(b"a%d=1" % n for n in range(50)), ""),
        (b"grant_type=authorization_code", ""),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused_in_the_words_of_the_rfc(
    world: World, body: bytes, content_type: str
) -> None:
    headers = {"Content-Type": content_type or "application/x-www-form-urlencoded"}

    refused = await world.client.post("/api/v1/oauth/token", content=body, headers=headers)

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request"), refused.text


async def test_an_unknown_grant_type_is_named(app: App) -> None:
    assert (await app.ask(grant_type="password")).json()["error"] == "unsupported_grant_type"


async def test_a_token_is_given_back(world: World, app: App) -> None:
    tokens = await app.tokens(world.buyer)
    other = await an_app(world, name="Other")
    assert (await other.ask("revoke", token=tokens["access_token"])).status_code == 200
    assert (await app.get("/auth/me", tokens["access_token"])).status_code == 200

    assert (await app.ask("revoke", token=tokens["access_token"])).status_code == 200
    assert (await app.get("/auth/me", tokens["access_token"])).status_code == 401
    renewed = (await app.refresh(tokens["refresh_token"])).json()
    assert (await app.ask("revoke", token=renewed["refresh_token"])).status_code == 200
    assert (await app.get("/auth/me", renewed["access_token"])).status_code == 401
    assert (await app.ask("revoke", token="unknown")).status_code == 200


async def test_a_client_is_told_of_its_own_tokens(world: World, app: App) -> None:
    tokens = await app.tokens(world.buyer)
    other = await an_app(world, name="Other")

    told = (await app.ask("introspect", token=tokens["access_token"])).json()

    assert (told["active"], told["scope"]) == (True, "orders_read profile")
    assert told["client_id"] == app.id
    for asker, token in ((other, tokens["access_token"]), (app, "unknown")):
        assert (await asker.ask("introspect", token=token)).json() == {"active": False}
    world.clock.advance(timedelta(minutes=15))
    late = await app.ask("introspect", token=tokens["access_token"])
    assert late.json() == {"active": False}


async def test_a_person_takes_it_back(world: World, app: App, second_client: Client) -> None:
    tokens = await app.tokens(world.promoter, "events_edit profile")
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await second_client.get("/api/v1/auth/me", headers=headers)).status_code == 200
    [mine] = (await world.ask("GET", "/users/me/authorizations", world.promoter))["items"]
    assert (mine["clientName"], mine["scopes"]) == ("Diary", ["events_edit", "profile"])
    path = f"/users/me/authorizations/{mine['id']}"
    stranger = {"Authorization": f"Bearer {world.buyer}"}
    refused = await world.client.delete(f"/api/v1{path}", headers=stranger)
    assert (refused.status_code, refused.json()["code"]) == (404, "authorization_not_found")

    await world.ask("DELETE", path, world.promoter)

    assert (await app.get("/auth/me", tokens["access_token"])).status_code == 401
    event = AN_EVENT | world.of_mine
    written = await second_client.post("/api/v1/events", json=event, headers=headers)
    assert (written.status_code, written.json()["code"]) == (401, "session_ended")
    assert (await app.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await world.ask("GET", "/users/me/authorizations", world.promoter))["items"] == []


async def test_what_its_client_lost_an_application_has_no_more(world: World, app: App) -> None:
    tokens = await app.tokens(world.buyer)
    code = await app.code(world.buyer)
    path = f"/organizations/{world.organization}/oauth-clients/{app.id}"
    assert (await app.get("/orders", tokens["access_token"])).status_code == 200

    less = {"scopes": ["profile"], "redirectUris": ["https://other.example/"]}
    await world.ask("PATCH", path, world.promoter, less)

    assert (await app.get("/orders", tokens["access_token"])).status_code == 403
    assert (await app.get("/auth/me", tokens["access_token"])).status_code == 200
    told = (await app.ask("introspect", token=tokens["access_token"])).json()
    again = (await app.refresh(tokens["refresh_token"])).json()
    assert told["scope"] == again["scope"] == "profile"
    assert (await app.get("/orders", again["access_token"])).status_code == 403
    assert (await app.exchange(code)).json()["error"] == "invalid_grant"


async def test_a_revoked_application_takes_its_tokens_with_it(world: World, app: App) -> None:
    tokens = await app.tokens(world.buyer)
    own = (await app.ask(grant_type="client_credentials", scope="events_view")).json()
    path = f"/organizations/{world.organization}/oauth-clients/{app.id}"

    await world.ask("DELETE", path, world.promoter)

    assert (await app.get("/auth/me", tokens["access_token"])).status_code == 401
    assert (await app.get("/organizations", own["access_token"])).status_code == 401
    assert (await app.refresh(tokens["refresh_token"])).json()["error"] == "invalid_client"
    refused = await app.consent(world.buyer)
    assert refused.status_code == 404


async def test_applications_are_told_where_everything_is(client: Client) -> None:
    told = (await client.get("/.well-known/oauth-authorization-server")).json()

    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["token_endpoint"] == f"{told['issuer']}/api/v1/oauth/token"
    assert told["authorization_response_iss_parameter_supported"] is True


@pytest.mark.parametrize(
    "uri",
    [
        "http://app.example/back",
        "javascript:alert(1)",
        "https://",
        "https://user@app.example/",
        "https://app.example/#fragment",
        "https://app.example\\@evil.example/",
        "https://app.example/ x",
        "//app.example/",
        "https://[::1",
    ],
)
async def test_au_16_no_client_comes_back_to_an_unsafe_address(world: World, uri: str) -> None:
    body = {"name": "Diary", "redirectUris": [uri], "scopes": ["profile"]}
    refused = await world.client.post(
        f"/api/v1/organizations/{world.organization}/oauth-clients",
        json=body,
        headers={"Authorization": f"Bearer {world.promoter}"},
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_redirect_uri")
