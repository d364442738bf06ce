"""The page of an event for everybody: two roads to one answer, and what it never says."""

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from httpx import Response
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text
from structlog.testing import capture_logs

from adapters.postgres.database import Database
from application.catalogue.public_events import PublicEvents
from application.shared.access_tokens import AccessTokens
from entrypoints.http.catalogue.public_event_page import PublicEventPage
from entrypoints.http.fast_lane import FastLane
from entrypoints.http.safe_headers import SafeHeaders
from tests.application.catalogue.test_public_events import EVENT, Shelf
from tests.application.catalogue.test_public_events import event as event
from tests.application.catalogue.test_public_events import pages as pages
from tests.application.catalogue.test_public_events import shelf as shelf
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.http.test_events import NOWHERE, Client, Promoter, a_promoter

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROADS = {"raw": "", "litestar": "?by=litestar"}
"""A query string is left to Litestar."""
both_roads = pytest.mark.parametrize("road", list(ROADS.values()), ids=list(ROADS))
SECRET = "canary-7f3k"


@pytest_asyncio.fixture(loop_scope="session")
async def promoter(client: Client) -> Promoter:
    return await a_promoter(client, "starlight")


async def elsewhere(postgres: Database, statement: str) -> None:
    """What another process does: this one is not told."""
    async with all_rows(postgres) as connection:
        await connection.execute(text(statement))


def path_of(event_id: str, road: str = "") -> str:
    return f"/api/v1/events/{event_id}{road}"


async def test_both_roads_show_every_visitor_the_same(promoter: Promoter, client: Client) -> None:
    event_id = await promoter.published(metadata={"doors": "19:00"}, description="Ä € 🎸")
    stranger = await a_promoter(client, "moonlight")

    raw = await client.get(path_of(event_id))
    litestar = await client.get(path_of(event_id, "?by=litestar"))
    signed_in = await stranger.get(f"/events/{event_id}")

    assert raw.content == litestar.content == signed_in.content
    headers = [
        {name: value for name, value in answer.headers.items() if name != "x-request-id"}
        for answer in (raw, litestar, signed_in)
    ]
    assert headers[0] == headers[1]
    safe = {name.decode(): value.decode() for name, value in SafeHeaders(is_https=False).defaults}
    assert headers[0] == safe | {
        "content-type": "application/json",
        "content-length": str(len(raw.content)),
        "etag": raw.headers["etag"],
        "cache-control": "public, max-age=1",
        "vary": "Authorization",
    }
    assert headers[2] == headers[0] | {"cache-control": "private, no-cache"}


@both_roads
async def test_a_shop_needs_one_request(promoter: Promoter, client: Client, road: str) -> None:
    event_id = await promoter.plan(capacity=100, salesStart="2026-06-01T00:00:00Z")
    later = {"salesStart": "2026-06-20T00:00:00Z", "sortOrder": 2}
    vip = await promoter.offer(event_id, name="VIP", price="120.5", quantity=7, **later)
    floor = await promoter.offer(event_id, name="Floor", minPerOrder=2, maxPerOrder=4, quantity=200)
    await promoter.post(f"/events/{event_id}/publish")

    shown = (await client.get(path_of(event_id, road))).json()

    usual = {"description": None, "currency": "EUR", "status": "active", "maxPerCustomer": None}
    assert shown["ticketTypes"] == [
        usual
        | {"id": floor, "name": "Floor", "price": "50.00", "available": 100, "isOnSale": True}
        | {"minPerOrder": 2, "maxPerOrder": 4, "salesStart": None, "salesEnd": None},
        usual
        | {"id": vip, "name": "VIP", "price": "120.50", "available": 7, "isOnSale": False}
        | {"minPerOrder": 1, "maxPerOrder": shown["ticketTypes"][1]["maxPerOrder"]}
        | {"salesStart": "2026-06-20T00:00:00Z", "salesEnd": None},
    ]


@both_roads
@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"other", W/{etag} ,"more"', 304),
        ("*", 304),
        ('"other"', 200),
        ("", 200),
        ("nonsense", 200),
        ("{etag}x", 200),
    ],
)
async def test_who_has_it_already_is_told_so(
    promoter: Promoter, client: Client, road: str, given: str, status: int
) -> None:
    path = path_of(await promoter.published(), road)
    whole = await client.get(path)

    asked = {"If-None-Match": given.format(etag=whole.headers["etag"])}
    answer = await client.get(path, headers=asked)

    assert answer.status_code == status
    assert answer.headers["etag"] == whole.headers["etag"]
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert len(answer.headers["x-request-id"]) == 32
    assert answer.content == (whole.content if status == 200 else b"")
    assert ("content-type" in answer.headers) == (status == 200)


@both_roads
async def test_one_of_two_headers_suffices(promoter: Promoter, client: Client, road: str) -> None:
    path = path_of(await promoter.published(), road)
    etag = (await client.get(path)).headers["etag"]

    answer = await client.get(path, headers=[("If-None-Match", '"x"'), ("If-None-Match", etag)])

    assert answer.status_code == 304


async def test_head_is_get_without_the_body(promoter: Promoter, client: Client) -> None:
    path = path_of(await promoter.published())

    whole, head = await client.get(path), await client.head(path)
    unchanged = await client.head(path, headers={"If-None-Match": whole.headers["etag"]})

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.headers["etag"] == whole.headers["etag"]
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@both_roads
async def test_both_roads_leave_the_same_line_and_the_same_refusal(
    client: Client, road: str
) -> None:
    with capture_logs() as lines:
        answer = await client.get(path_of(NOWHERE, road))

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (404, "event_not_found")
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["requestId"] == answer.headers["x-request-id"]
    assert "etag" not in answer.headers
    [line] = [line for line in lines if line["event"] == "request"]
    assert (line["path"], line["status"]) == ("/api/v1/events/{event_id}", 404)
    assert line["request_id"] == answer.headers["x-request-id"]


async def test_what_is_written_otherwise_is_left_to_litestar(
    promoter: Promoter, client: Client
) -> None:
    event_id = await promoter.published()
    whole = await client.get(path_of(event_id))

    assert (await client.get(path_of(event_id.upper()))).content == whole.content
    assert (await client.get(path_of(event_id) + "/")).content == whole.content
    assert (await client.get(path_of("x" * 36))).status_code == 404
    assert (await client.get(path_of(event_id, "?x=%00"))).status_code == 400
    anybody = {"Authorization": "Bearer nonsense"}
    assert (await client.get(path_of(event_id), headers=anybody)).status_code == 401


@both_roads
async def test_an_event_unpublished_elsewhere_is_gone_within_two_seconds(
    promoter: Promoter, client: Client, postgres: Database, clock: VirtualClock, road: str
) -> None:
    path = path_of(await promoter.published(), road)
    shown = await client.get(path)

    await elsewhere(postgres, "update events set intent = 'draft'")
    clock.advance(timedelta(seconds=0.9))
    young = await client.get(path)
    clock.advance(timedelta(seconds=1.1))
    gone = await client.get(path)

    assert young.content == shown.content
    assert (gone.status_code, gone.json()["code"]) == (404, "event_not_found")


async def test_a_change_is_on_the_page_at_once_where_it_was_made(
    promoter: Promoter, client: Client
) -> None:
    event_id = await promoter.published()
    path, before = path_of(event_id), await client.get(path_of(event_id))
    ticket_type_id = before.json()["ticketTypes"][0]["id"]

    await promoter.patch(f"/events/{event_id}/ticket-types/{ticket_type_id}", {"price": "66.00"})
    dearer = await client.get(path, headers={"If-None-Match": before.headers["etag"]})
    await promoter.offer(event_id, name="VIP")
    more = await client.get(path)
    await promoter.post(f"/events/{event_id}/unpublish")
    gone = await client.get(path)

    assert dearer.json()["ticketTypes"][0]["price"] == dearer.json()["minTicketPrice"] == "66.00"
    assert [one["name"] for one in more.json()["ticketTypes"]] == ["Floor", "VIP"]
    assert gone.status_code == 404


async def test_what_is_refused_makes_nobody_read_again(
    promoter: Promoter, client: Client, postgres: Database
) -> None:
    event_id = await promoter.published()
    await client.get(path_of(event_id))

    refused = await client.post(path_of(event_id) + "/unpublish")
    [asked, *_] = await statements_of(postgres, client, path_of(event_id), times=3)

    assert refused.status_code == 401
    assert asked == 0


@both_roads
async def test_a_crowd_is_two_statements(
    promoter: Promoter, client: Client, postgres: Database, clock: VirtualClock, road: str
) -> None:
    path = path_of(await promoter.published(), road)

    first = await statements_of(postgres, client, path, times=5)
    clock.advance(timedelta(seconds=2))
    later = await statements_of(postgres, client, path, times=5)

    assert first == later == [2, 0, 0, 0, 0]  # One opens the transaction, one answers.


async def statements_of(
    postgres: Database, client: Client | Promoter, path: str, times: int
) -> list[int]:
    """How many statements each request took."""
    path = path if isinstance(client, AsyncTestClient) else path.removeprefix("/api/v1")
    statements: list[str] = []

    def note(_1: Any, _2: Any, statement: str, *_3: Any) -> None:
        statements.append(statement)

    engine, counts = postgres.engine.sync_engine, []
    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(times):
            await client.get(path)
            counts.append(len(statements))
            statements.clear()
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)
    return counts


async def test_the_page_may_say_available_while_the_order_is_refused(
    promoter: Promoter, client: Client, clock: VirtualClock
) -> None:
    """OV-17: only the order decides."""
    event_id = await promoter.published()
    path = path_of(event_id)
    ticket_type_id = (await client.get(path)).json()["ticketTypes"][0]["id"]
    all_of_them = {"items": [{"ticketTypeId": ticket_type_id, "quantity": 10}]}

    sold = await promoter.post("/orders", all_of_them)
    stale = (await client.get(path)).json()
    refused = await promoter.post("/orders", all_of_them)
    clock.advance(timedelta(seconds=2))
    right = (await client.get(path)).json()

    assert sold.status_code == 201, sold.text
    assert (stale["status"], stale["ticketTypes"][0]["available"]) == ("on_sale", 10)
    assert refused.status_code == 409
    assert (right["status"], right["ticketTypes"][0]["available"]) == ("sold_out", 0)
    assert right["ticketTypes"][0]["status"] == "sold_out"
    assert right["ticketTypes"][0]["isOnSale"] is False


@both_roads
async def test_a_sale_opens_to_the_second(
    promoter: Promoter, client: Client, clock: VirtualClock, road: str
) -> None:
    opens = clock.now + timedelta(seconds=0.5)
    event_id = await promoter.published(salesStart=opens.isoformat())
    seen = []

    for step in (0.0, 0.499999, 0.000001):
        clock.advance(timedelta(seconds=step))
        shown = (await client.get(path_of(event_id, road))).json()
        seen.append((shown["status"], shown["ticketTypes"][0]["isOnSale"]))

    assert seen == [("published", False), ("published", False), ("on_sale", True)]


@both_roads
async def test_nothing_hidden_or_private_is_ever_told(
    promoter: Promoter, client: Client, road: str
) -> None:
    open_ = await promoter.published(name="Open")
    hidden = await promoter.offer(open_, name=SECRET, description=SECRET, status="hidden")
    draft = await promoter.plan(name=SECRET)
    private = await promoter.published(name=SECRET + "2", visibility="private")
    unlisted = await promoter.published(name="Unlisted", visibility="unlisted")

    answers: list[Response] = [
        await client.get(path_of(event_id, road)) for event_id in (open_, draft, private, unlisted)
    ]
    mine = (await promoter.get(f"/events/{open_}")).json()["ticketTypes"]

    assert [answer.status_code for answer in answers] == [200, 404, 404, 200]
    told = "".join(answer.text + repr(answer.headers) for answer in answers)
    assert SECRET not in told
    assert hidden not in told
    assert [(one["name"], one["status"]) for one in mine] == [
        ("Floor", "active"),
        (SECRET, "hidden"),
    ]


@both_roads
async def test_a_cancelled_event_says_so_and_a_removed_one_is_not_there(
    promoter: Promoter, client: Client, road: str
) -> None:
    cancelled, removed = await promoter.published(), await promoter.plan(name="Removed")
    await client.get(path_of(cancelled, road))

    await promoter.post(f"/events/{cancelled}/cancel")
    await promoter.delete(f"/events/{removed}")
    shown = (await client.get(path_of(cancelled, road))).json()

    assert shown["status"] == "cancelled"
    assert shown["ticketTypes"][0]["isOnSale"] is False
    assert (await client.get(path_of(removed, road))).status_code == 404


def an_app(pages: PublicEvents) -> Litestar:
    """With nothing but the raw route."""
    app = Litestar()
    page = PublicEventPage(lambda: pages, _nobody_signs_in)
    app.asgi_handler = FastLane(app.asgi_handler, [page])
    return app


def _nobody_signs_in() -> AccessTokens:
    raise AssertionError("No token was sent.")


async def test_a_page_that_is_being_renewed_says_its_age(
    pages: PublicEvents, clock: VirtualClock
) -> None:
    async with AsyncTestClient(an_app(pages)) as client:
        fresh = await client.get(path_of(str(EVENT)))
        clock.advance(timedelta(seconds=1))
        renewing = await client.get(path_of(str(EVENT)))

    assert "age" not in fresh.headers
    assert (renewing.headers["age"], renewing.headers.get("warning")) == ("1", None)


async def test_without_the_database_an_old_page_is_marked_and_none_is_a_503(
    pages: PublicEvents, shelf: Shelf, clock: VirtualClock
) -> None:
    async with AsyncTestClient(an_app(pages)) as client:
        fresh = await client.get(path_of(str(EVENT)))
        shelf.is_down = True
        clock.advance(timedelta(seconds=30))
        old = await client.get(path_of(str(EVENT)))
        clock.advance(timedelta(seconds=30))
        down = await client.get(path_of(str(EVENT)))

    assert old.content == fresh.content
    assert (old.headers["age"], old.headers["warning"]) == ("30", '110 - "Response is Stale"')
    assert (down.status_code, down.json()["code"]) == (503, "database_down")
    assert down.headers["retry-after"]
