"""Tickets as their holders and organisers meet them."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient
from PIL import Image

from domain.shared.ids import UserId
from entrypoints.container import Container
from tests.contracts.admission_world import (
    BUYER,
    CANCELLED,
    FIRST,
    FROM_ABROAD,
    ORG,
    REISSUED,
    STAFF,
    STRANGER,
    TICKETS,
    TONIGHT,
)
from tests.http.doors import ADMIN, ANALYST, CUSTOMER, GATEKEEPER, HttpDoors, lay_out

API = "/api/v1/tickets"


@pytest_asyncio.fixture
async def doors(client: AsyncTestClient[Litestar], container: Container) -> HttpDoors:
    await lay_out(container)
    return HttpDoors(client, container)


async def get(doors: HttpDoors, person: UserId, url: str, **query: Any) -> Any:
    response = await doors.client.get(url, params=query, headers=doors.as_person(person))
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_holder_sees_the_ticket(doors: HttpDoors) -> None:
    assert await get(doors, BUYER, f"{API}/{FIRST.id}") == {
        "id": str(FIRST.id),
        "orderId": str(FIRST.order_id),
        "eventId": str(TONIGHT.id),
        "ticketTypeId": str(FIRST.ticket_type_id),
        "ticketTypeName": "Floor 1",
        "organizationId": str(ORG),
        "userId": str(BUYER),
        "barcode": doors.barcode(FIRST),
        "status": "valid",
        "pricePaid": "50.00",
        "currency": "EUR",
        "holderName": "Ada Lovelace",
        "holderEmail": "ada@example.org",
        "checkedInAt": None,
        "qrCodeUrl": f"/api/v1/tickets/{FIRST.id}/qr-code",
        "createdAt": "2026-06-01T12:00:00Z",
    }


async def test_the_code_that_a_holder_sees_opens_the_door(doors: HttpDoors) -> None:
    scanner = await doors.as_scanner()
    ticket = await get(doors, BUYER, f"{API}/{REISSUED.id}")

    answer = await doors.scan(scanner, ticket["barcode"])

    assert answer["result"] == "accepted"
    used = await get(doors, BUYER, f"{API}/{REISSUED.id}")
    assert (used["status"], used["checkedInAt"]) == ("used", "2026-06-01T12:00:00Z")


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (STAFF, 200),
        (ANALYST, 403),
        (ADMIN, 200),
        (GATEKEEPER, 403),
        (STRANGER, 404),
        (CUSTOMER, 404),
    ],
)
async def test_a_ticket_is_seen_by_its_organisation_and_not_by_others(
    doors: HttpDoors, person: UserId, status: int
) -> None:
    order = FIRST.order_id
    for url in (
        f"{API}/{FIRST.id}",
        f"{API}/{FIRST.id}/qr-code",
        f"/api/v1/orders/{order}/tickets",
    ):
        response = await doors.client.get(url, headers=doors.as_person(person))

        assert response.status_code == status, url


async def test_a_ticket_of_others_reads_as_none(doors: HttpDoors) -> None:
    answers = [
        (await doors.client.get(f"{API}/{id_}", headers=doors.as_person(CUSTOMER))).json()
        for id_ in (FIRST.id, uuid4())
    ]

    assert answers[0] | {"requestId": ""} == answers[1] | {"requestId": ""}
    assert answers[0]["code"] == "ticket_not_found"


async def test_a_holder_lists_tickets_of_all_organisations_newest_first(doors: HttpDoors) -> None:
    first = await get(doors, BUYER, API, limit=4)
    second = await get(doors, BUYER, API, limit=4, cursor=first["nextCursor"])
    third = await get(doors, BUYER, API, limit=4, cursor=second["nextCursor"])

    listed = [one["id"] for page in (first, second, third) for one in page["items"]]
    assert listed == sorted((str(ticket.id) for ticket in TICKETS), reverse=True)
    assert third["nextCursor"] is None


async def test_an_organisation_lists_its_own_tickets_only(doors: HttpDoors) -> None:
    mine = await get(doors, STAFF, API, organizationId=str(ORG), limit=100)

    ids = {one["id"] for one in mine["items"]}
    assert ids == {str(ticket.id) for ticket in TICKETS} - {str(FROM_ABROAD.id)}
    assert (await get(doors, STAFF, API))["items"] == []


async def test_tickets_are_filtered_by_event_and_by_use(doors: HttpDoors) -> None:
    await doors.scan(await doors.as_scanner(), FIRST)

    tonight = await get(doors, BUYER, API, eventId=str(TONIGHT.id))
    used = await get(doors, BUYER, API, status="used")
    cancelled = await get(doors, BUYER, API, status="CANCELLED")
    valid = await get(doors, BUYER, API, status="valid", eventId=str(TONIGHT.id))

    assert len(tonight["items"]) == 4
    assert [one["id"] for one in used["items"]] == [str(FIRST.id)]
    assert [one["id"] for one in cancelled["items"]] == [str(CANCELLED.id)]
    assert len(valid["items"]) == 2


async def test_an_orders_tickets_are_listed_in_its_order(doors: HttpDoors) -> None:
    url = f"/api/v1/orders/{FIRST.order_id}/tickets"

    first = await get(doors, BUYER, url, limit=3)
    rest = await get(doors, BUYER, url, cursor=first["nextCursor"])
    whole = await get(doors, STAFF, url)

    ids = [one["id"] for one in first["items"] + rest["items"]]
    assert ids == sorted(str(one.id) for one in TICKETS if one.order_id == FIRST.order_id)
    assert [one["id"] for one in whole["items"]] == ids


async def test_an_unknown_order_has_no_tickets(doors: HttpDoors) -> None:
    response = await doors.client.get(
        f"/api/v1/orders/{uuid4()}/tickets", headers=doors.as_person(BUYER)
    )

    assert (response.status_code, response.json()["code"]) == (404, "order_not_found")


@pytest.mark.parametrize("name", ["qr-code", "qr"])
async def test_the_qr_code_is_a_picture(doors: HttpDoors, name: str) -> None:
    headers = doors.as_person(BUYER)

    png = await doors.client.get(f"{API}/{FIRST.id}/{name}", headers=headers)
    svg = await doors.client.get(
        f"{API}/{FIRST.id}/{name}", headers=headers | {"Accept": "image/svg+xml"}
    )

    assert (png.status_code, png.headers["content-type"]) == (200, "image/png")
    assert png.headers["cache-control"] == "private"
    assert Image.open(BytesIO(png.content)).size == (392, 392)
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert svg.content.startswith(b"<svg")


async def test_a_cancelled_ticket_has_no_qr_code(doors: HttpDoors) -> None:
    response = await doors.client.get(
        f"{API}/{CANCELLED.id}/qr-code", headers=doors.as_person(BUYER)
    )

    assert (response.status_code, response.json()["code"]) == (409, "ticket_cancelled")


async def test_nobody_sees_tickets_without_signing_in(doors: HttpDoors) -> None:
    for url in (API, f"{API}/{FIRST.id}", f"{API}/{FIRST.id}/qr-code"):
        assert (await doors.client.get(url)).status_code == 401
