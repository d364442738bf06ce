"""The waiting list as buyers and organisers meet it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.test_the_first_sale import Client, a_person, call
from tests.http.waiting_box import Box, Json, a_box


@pytest_asyncio.fixture(loop_scope="session")
async def box(client: Client, container: Container, clock: VirtualClock) -> AsyncIterator[Box]:
    """Whatever a test does, the counters add up in the end."""
    box = await a_box(client, container, clock)
    yield box
    await box.check()


async def test_nobody_waits_for_what_can_be_had(box: Box) -> None:
    await box.cancel()

    refused = await box.join("grace", 10, expect=409)

    assert (refused["code"], refused["available"]) == ("not_sold_out", 10)


async def test_an_address_waits_once(box: Box) -> None:
    await box.join("grace")

    assert (await box.join("Grace", expect=409))["code"] == "already_waiting"


async def test_an_address_joins_three_times_an_hour(box: Box) -> None:
    for _ in range(3):
        entry = await box.join("grace")
        await box.ask("DELETE", f"/waiting-list/{entry['id']}", entry["secret"], 204)

    refused = await box.join("grace", expect=429)

    assert refused["code"] == "too_many_joins"
    assert refused["retryAt"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"quantity": 0}, 422, "invalid_quantity"),
        ({"quantity": 11}, 422, "quantity_out_of_range"),
        ({"quantity": 2**40}, 422, "quantity_out_of_range"),
        ({"quantity": "1"}, 400, "malformed_request"),
        ({"quantity": 1.5}, 400, "malformed_request"),
        ({"ticketTypeId": "01a1fc63-64c1-74f7-97de-000000000002"}, 404, "ticket_type_not_found"),
        ({"priority": 9}, 400, "malformed_request"),
        ({"buyer": {"name": "Grace", "email": "nobody"}}, 422, "invalid_email"),
        ({"buyer": {"name": " ", "email": "grace@example.com"}}, 422, "invalid_text"),
        ({"buyer": None}, 401, "unauthenticated"),
    ],
)
async def test_bad_wishes_are_refused_and_leave_nothing(
    box: Box, body: Json, status: int, code: str
) -> None:
    good: Json = {
        "ticketTypeId": box.ticket_type_id,
        "buyer": {"name": "Grace", "email": "grace@example.com"},
    }
    path = f"/events/{box.event_id}/waiting-list"

    refused = await call(box.client, "POST", path, "", good | body, status)

    assert refused["code"] == code
    listed = await call(box.client, "GET", path, box.promoter)
    assert listed["items"] == []


async def test_another_events_address_is_not_found(box: Box) -> None:
    body = {"ticketTypeId": box.ticket_type_id, "quantity": 1}

    path = f"/events/{box.ticket_type_id}/waiting-list"
    refused = await call(box.client, "POST", path, box.buyer, body, 404)

    assert refused["code"] == "ticket_type_not_found"


async def test_a_place_is_shown_to_its_owner_and_the_organiser_alone(box: Box) -> None:
    mine = await box.join(token=box.buyer)
    guests = await box.join("grace")
    stranger = await a_person(box.client, "stranger@example.com")

    own = await call(box.client, "GET", "/waiting-list", box.buyer)
    assert [entry["id"] for entry in own["items"]] == [mine["id"]]
    assert own["items"][0]["email"] == "buyer@example.com"
    by_secret = await box.ask("GET", "/waiting-list", guests["secret"])
    assert [entry["id"] for entry in by_secret["items"]] == [guests["id"]]
    assert (await call(box.client, "GET", "/waiting-list", stranger))["items"] == []

    path = f"/waiting-list/{guests['id']}"
    for secret in ("", mine["secret"], "nonsense"):
        assert (await box.ask("GET", path, secret, 404))["code"] == "waiting_list_entry_not_found"
        await box.ask("DELETE", path, secret, 404)
    await call(box.client, "GET", path, stranger, expect=404)
    await box.ask("GET", "/waiting-list", "", 401)
    await box.ask("GET", "/waiting-list", "nonsense", 401)

    shown = await call(box.client, "GET", path, box.promoter)
    assert (shown["email"], shown["secret"], shown["offer"]) == ("grace@example.com", None, None)


async def test_the_organiser_sees_the_line_and_moves_people(box: Box) -> None:
    first, second = await box.join("grace", 10), await box.join("alan", 10)
    path = f"/events/{box.event_id}/waiting-list"

    moved = await call(
        box.client, "PATCH", f"/waiting-list/{second['id']}", box.promoter, {"priority": 5}
    )
    listed = await call(box.client, "GET", path, box.promoter)
    page = await call(box.client, "GET", f"{path}?limit=1", box.promoter)
    rest = await call(
        box.client, "GET", f"{path}?limit=1&cursor={page['nextCursor']}", box.promoter
    )
    await box.cancel()
    await box.work()
    offered = await call(box.client, "GET", f"{path}?status=offered", box.promoter)

    assert (moved["priority"], moved["position"]) == (5, 1)
    assert [(e["id"], e["position"]) for e in listed["items"]] == [
        (first["id"], 2),
        (second["id"], 1),
    ]
    assert [e["id"] for e in page["items"] + rest["items"]] == [first["id"], second["id"]]
    assert [(e["id"], e["offer"]) for e in offered["items"]] == [(second["id"], None)]


async def test_only_the_organiser_may(box: Box) -> None:
    entry = await box.join("grace")
    path = f"/events/{box.event_id}/waiting-list"

    for method, where, body in (
        ("GET", path, None),
        ("POST", f"{path}/offers", None),
        ("PATCH", f"/waiting-list/{entry['id']}", {"priority": 1}),
    ):
        await call(box.client, method, where, box.buyer, body, 404)
        await call(box.client, method, where, "", body, 401)
    for priority in (1001, -(10**12)):
        refused = await call(
            box.client,
            "PATCH",
            f"/waiting-list/{entry['id']}",
            box.promoter,
            {"priority": priority},
            422,
        )
        assert refused["code"] == "invalid_priority"
