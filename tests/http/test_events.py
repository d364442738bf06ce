"""Events and ticket types as clients meet them."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from httpx import Response
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from adapters.postgres.database import Database
from tests.beyond import all_rows
from tests.conftest import VirtualClock

Client = AsyncTestClient[Litestar]
NOWHERE = "01a1fc63-64c1-74f7-97de-51ec22915226"
NESTED = json.loads("[" * 40 + "]" * 40)


@dataclass
class Promoter:
    """Somebody who owns an organisation."""

    client: Client
    headers: dict[str, str]
    organization_id: str

    async def post(self, path: str, body: Any = None) -> Response:
        return await self.client.post(f"/api/v1{path}", json=body, headers=self.headers)

    async def patch(self, path: str, body: Any) -> Response:
        return await self.client.patch(f"/api/v1{path}", json=body, headers=self.headers)

    async def get(self, path: str) -> Response:
        return await self.client.get(f"/api/v1{path}", headers=self.headers)

    async def delete(self, path: str) -> Response:
        return await self.client.delete(f"/api/v1{path}", headers=self.headers)

    def a_plan(self, **wanted: Any) -> dict[str, Any]:
        usual = {
            "organizationId": self.organization_id,
            "name": "Rock Night",
            "category": "Music",
            "startDatetime": "2026-07-01T20:00:00+02:00",
            "endDatetime": "2026-07-01T23:00:00+02:00",
            "timezone": "Europe/Berlin",
            "capacity": 100,
            "currency": "EUR",
        }
        return usual | wanted

    async def plan(self, **wanted: Any) -> str:
        response = await self.post("/events", self.a_plan(**wanted))
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    async def offer(self, event_id: str, **wanted: Any) -> str:
        body = {"name": "Floor", "price": 50, "quantity": 10} | wanted
        response = await self.post(f"/events/{event_id}/ticket-types", body)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    async def published(self, **wanted: Any) -> str:
        event_id = await self.plan(**wanted)
        await self.offer(event_id)
        response = await self.post(f"/events/{event_id}/publish")
        assert response.status_code == 200, response.text
        return event_id


async def a_promoter(client: Client, name: str) -> Promoter:
    account = {
        "email": f"{name}@example.org",
        "password": "correct horse battery",
        "firstName": name,
        "lastName": "Promoter",
    }
    response = await client.post("/api/v1/auth/register", json=account)
    assert response.status_code == 201, response.text
    headers = {"Authorization": f"Bearer {response.json()['accessToken']}"}
    founded = await client.post(
        "/api/v1/organizations", json={"name": name, "type": "promoter"}, headers=headers
    )
    assert founded.status_code == 201, founded.text
    return Promoter(client, headers, founded.json()["id"])


@pytest_asyncio.fixture
async def promoter(client: Client) -> Promoter:
    return await a_promoter(client, "starlight")


async def test_a_new_event_is_a_draft_and_shown_as_its_read_shows_it(promoter: Promoter) -> None:
    plan = promoter.a_plan(tags=["rock"], images=["a.png"], metadata={"doors": "19:00"})

    created = await promoter.post("/events", plan)

    assert created.status_code == 201, created.text
    view = created.json()
    assert created.headers["location"] == f"/api/v1/events/{view['id']}"
    assert (view["status"], view["slug"], view["minTicketPrice"]) == ("draft", "rock-night", None)
    assert view["startDatetime"] == "2026-07-01T18:00:00Z"
    assert (await promoter.get(f"/events/{view['id']}")).json() == view


async def test_an_event_goes_from_draft_to_sale_to_cancelled(
    promoter: Promoter, client: Client
) -> None:
    event_id = await promoter.plan()
    path = f"/api/v1/events/{event_id}"

    too_early = await promoter.post(f"/events/{event_id}/publish")
    await promoter.offer(event_id, price="49.90")
    await promoter.offer(event_id, name="VIP", price=120.5)
    published = await promoter.post(f"/events/{event_id}/publish")
    public = (await client.get(path)).json()
    unpublished = await promoter.post(f"/events/{event_id}/unpublish")
    hidden = await client.get(path)
    cancelled = await promoter.post(f"/events/{event_id}/cancel", {"reason": "Rain"})
    again = await promoter.post(f"/events/{event_id}/cancel")

    assert (too_early.status_code, too_early.json()["code"]) == (409, "no_ticket_types")
    assert published.json() == public
    assert public["status"] == "on_sale"
    assert (public["minTicketPrice"], public["maxTicketPrice"]) == ("49.90", "120.50")
    assert unpublished.json()["status"] == "draft"
    assert (hidden.status_code, hidden.json()["code"]) == (404, "event_not_found")
    assert cancelled.json()["status"] == "cancelled"
    assert (await client.get(path)).json()["status"] == "cancelled"
    assert (again.status_code, again.json()["code"]) == (409, "event_status_conflict")


async def test_an_event_is_cancelled_without_a_body(promoter: Promoter) -> None:
    event_id = await promoter.published()

    response = await promoter.client.post(
        f"/api/v1/events/{event_id}/cancel", headers=promoter.headers
    )

    assert (response.status_code, response.json()["status"]) == (200, "cancelled")


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"startDatetime": "2026-07-01T20:00:00"}, 400, "malformed_request"),
        ({"capacity": "100"}, 400, "malformed_request"),
        ({"surprise": 1}, 400, "malformed_request"),
        ({"organizationId": NOWHERE}, 404, "not_found"),
        ({"venueId": NOWHERE}, 404, "unknown_venue"),
        ({"endDatetime": "2026-07-01T20:00:00+02:00"}, 422, "invalid_schedule"),
        ({"startDatetime": "1999-12-31T00:00:00+02:00"}, 422, "invalid_schedule"),
        ({"endDatetime": "2200-12-31T23:59:59-12:00"}, 422, "invalid_schedule"),
        ({"timezone": "Middle/Earth"}, 422, "unknown_timezone"),
        ({"currency": "doubloon"}, 422, "unknown_currency"),
        ({"capacity": 0}, 422, "invalid_event_capacity"),
        ({"capacity": 10**30}, 422, "invalid_event_capacity"),
        ({"metadata": {"n": "x" * 20_000}}, 422, "invalid_document"),
        ({"metadata": {"n": NESTED}}, 422, "invalid_document"),
        ({"name": "\u0007"}, 422, "invalid_text"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    promoter: Promoter, wanted: dict[str, Any], status: int, code: str
) -> None:
    response = await promoter.post("/events", promoter.a_plan(**wanted))

    assert (response.status_code, response.json()["code"]) == (status, code), response.text


@pytest.mark.parametrize(
    ("written", "status", "code"),
    [
        ('"NaN"', 422, "invalid_price"),
        ('"Infinity"', 422, "invalid_price"),
        ("-1", 422, "invalid_price"),
        ("1e999999999", 422, "invalid_price"),
        ("1e-999999999", 422, "invalid_price"),
        ("1.005", 422, "invalid_amount"),
        ('"a lot"', 400, "malformed_request"),
        ("null", 400, "malformed_request"),
    ],
)
async def test_what_is_no_price_is_refused(
    promoter: Promoter, written: str, status: int, code: str
) -> None:
    event_id = await promoter.plan()

    response = await promoter.client.post(
        f"/api/v1/events/{event_id}/ticket-types",
        content=f'{{"name": "Floor", "quantity": 1, "price": {written}}}',
        headers=promoter.headers | {"Content-Type": "application/json"},
    )

    assert (response.status_code, response.json()["code"]) == (status, code), response.text


async def test_strangers_see_no_draft_and_change_nothing(
    promoter: Promoter, client: Client
) -> None:
    event_id = await promoter.plan()
    ticket_type_id = await promoter.offer(event_id)
    stranger = await a_promoter(client, "moonlight")
    path = f"/events/{event_id}"

    answers = [
        await stranger.get(path),
        await stranger.get(f"{path}/ticket-types"),
        await stranger.get(f"{path}/ticket-types/{ticket_type_id}"),
        await stranger.get(f"{path}/ticket-types/{ticket_type_id}/availability"),
        await stranger.patch(path, {"name": "Mine"}),
        await stranger.delete(path),
        await stranger.post(f"{path}/publish"),
        await stranger.post(f"{path}/unpublish"),
        await stranger.post(f"{path}/cancel"),
        await stranger.post(f"{path}/ticket-types", {"name": "X", "price": 1, "quantity": 1}),
        await stranger.patch(f"{path}/ticket-types/{ticket_type_id}", {"name": "Mine"}),
        await stranger.delete(f"{path}/ticket-types/{ticket_type_id}"),
    ]
    missing = await stranger.get(f"/events/{NOWHERE}")

    told = {(answer.status_code, answer.json()["code"]) for answer in answers}
    assert told == {(404, "event_not_found")}
    assert (missing.status_code, missing.json()["code"]) == (404, "event_not_found")
    assert (await client.patch(f"/api/v1{path}", json={})).status_code == 401


async def test_a_platform_administrator_sees_every_draft(
    promoter: Promoter, client: Client, postgres: Database
) -> None:
    event_id = await promoter.plan()
    async with all_rows(postgres) as connection:
        await connection.execute(text("update users set is_platform_admin = true"))
    account = {"email": "starlight@example.org", "password": "correct horse battery"}
    admin = await a_promoter(client, "admin")
    async with all_rows(postgres) as connection:
        await connection.execute(
            text("update users set is_platform_admin = (email = 'admin@example.org')")
        )
    account["email"] = "admin@example.org"
    signed_in = await client.post("/api/v1/auth/login", json=account)
    admin.headers = {"Authorization": f"Bearer {signed_in.json()['accessToken']}"}

    shown = await admin.get(f"/events/{event_id}")
    listed = await admin.get(f"/events?organizationId={promoter.organization_id}")

    assert shown.status_code == 200
    assert [item["id"] for item in listed.json()["items"]] == [event_id]


async def test_lists_show_what_is_public_and_members_their_own(
    promoter: Promoter, client: Client
) -> None:
    draft = await promoter.plan(name="Draft")
    public = await promoter.published(name="Public")
    unlisted = await promoter.published(name="Unlisted", visibility="UNLISTED")
    private = await promoter.published(name="Private", visibility="private")

    everybody = (await client.get("/api/v1/events")).json()["items"]
    members = (await promoter.get("/events")).json()["items"]

    assert [item["id"] for item in everybody] == [public]
    assert {item["id"] for item in members} == {draft, public, unlisted, private}
    assert (await client.get(f"/api/v1/events/{unlisted}")).status_code == 200
    assert (await client.get(f"/api/v1/events/{private}")).status_code == 404


async def test_lists_are_narrowed_and_paged_by_start(promoter: Promoter, client: Client) -> None:
    ids = []
    for day in range(1, 6):
        start, end = f"2026-07-0{day}T20:00:00Z", f"2026-07-0{day}T22:00:00Z"
        name, tags = f"Night {day}", ["rock" if day % 2 else "jazz"]
        times = {"startDatetime": start, "endDatetime": end}
        ids.append(await promoter.published(name=name, tags=tags, **times))

    async def found(query: str) -> list[int]:
        response = await client.get(f"/api/v1/events?{query}")
        assert response.status_code == 200, response.text
        return [ids.index(item["id"]) + 1 for item in response.json()["items"]]

    assert await found("") == [1, 2, 3, 4, 5]
    assert await found("status=ON_SALE&category=music") == [1, 2, 3, 4, 5]
    assert await found("status=draft") == []
    assert await found("q=JAZZ") == [2, 4]
    assert await found("q=night%205") == [5]
    assert await found("q=%25") == []
    assert await found("startsFrom=2026-07-02&startsTo=2026-07-03") == [2, 3]
    assert await found("startDate=2026-07-02T20:00:00Z&endDate=2026-07-04T20:00:00Z") == [2, 3]
    assert await found("startsFrom=2026-07-05T21:00:00+02:00") == [5]
    assert await found(f"organizationId={NOWHERE}") == []
    assert await found(f"venueId={NOWHERE}") == []
    first = (await client.get("/api/v1/events?limit=3")).json()
    assert await found(f"limit=3&cursor={first['nextCursor']}") == [4, 5]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("status=soon", 400),
        ("limit=0", 400),
        ("cursor=x", 400),
        ("startsFrom=2026-07-01T20:00:00", 422),
        ("startsFrom=yesterday", 422),
        ("startsTo=9999-12-31", 422),
        ("startsFrom=0001-01-01T00:00:00%2B10:00", 422),
        ("q=%00", 400),
        ("organizationId=1", 400),
    ],
)
async def test_a_list_refuses_what_it_cannot_read(client: Client, query: str, status: int) -> None:
    response = await client.get(f"/api/v1/events?{query}")

    assert response.status_code == status, response.text


async def test_the_status_follows_the_clock(
    promoter: Promoter, client: Client, clock: VirtualClock
) -> None:
    event_id = await promoter.published(salesStart="2026-06-02T00:00:00Z")
    seen = []

    for days in (0, 1, 29, 2):
        clock.advance(timedelta(days=days, hours=7 if days == 29 else 0))
        seen.append((await client.get(f"/api/v1/events/{event_id}")).json()["status"])

    assert seen == ["published", "on_sale", "live", "completed"]


async def test_a_draft_is_changed_and_deleted(promoter: Promoter) -> None:
    event_id = await promoter.plan()

    changed = await promoter.patch(f"/events/{event_id}", {"name": "Jazz", "description": None})
    refused = await promoter.patch(f"/events/{event_id}", {"name": None})
    deleted = await promoter.delete(f"/events/{event_id}")

    assert (changed.status_code, changed.json()["name"]) == (200, "Jazz")
    assert refused.status_code == 400
    assert deleted.status_code == 204
    assert (await promoter.get(f"/events/{event_id}")).status_code == 404


async def test_the_venue_brings_its_address(promoter: Promoter) -> None:
    address = {"line1": "Main St 1", "city": "Springfield", "country": "US"}
    venue = {
        "organizationId": promoter.organization_id,
        "name": "Hall",
        "address": address,
        "capacity": 500,
        "timezone": "America/Chicago",
    }
    venue_id = (await promoter.post("/venues", venue)).json()["id"]

    event_id = await promoter.plan(venueId=venue_id)

    view = (await promoter.get(f"/events/{event_id}")).json()
    assert view["venueId"] == venue_id
    assert {name: view["address"][name] for name in address} == address


async def test_an_event_is_read_in_two_statements(
    promoter: Promoter, client: Client, postgres: Database
) -> None:
    event_id = await promoter.published()
    statements: list[str] = []

    def note(_1: Any, _2: Any, statement: str, *_3: Any) -> None:
        statements.append(statement)

    engine = postgres.engine.sync_engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    try:
        await client.get(f"/api/v1/events/{event_id}")
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)

    assert len(statements) == 2  # One opens the transaction, one answers.
