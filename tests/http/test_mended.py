"""What a vandal found once, and shall not find again."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.test_the_first_sale import a_person, an_event, call

Client = AsyncTestClient[Litestar]


async def a_private_event(client: Client, promoter: str) -> dict[str, Any]:
    _, ticket_type = await an_event(client, promoter)
    event = f"/events/{ticket_type['eventId']}"
    await call(client, "PATCH", event, promoter, {"visibility": "private"})
    return {"items": [{"ticketTypeId": ticket_type["id"], "quantity": 1}]}


async def test_a_private_event_is_sold_to_its_organisation_alone(client: Client) -> None:
    promoter = await a_person(client, "promoter@example.com")
    stranger = await a_person(client, "stranger@example.com")
    wish = await a_private_event(client, promoter)

    refused = await call(client, "POST", "/orders", stranger, wish, expect=404)
    await call(client, "POST", "/orders", promoter, wish, expect=201)

    assert refused["code"] == "ticket_type_not_found"


async def test_a_foreign_draft_is_not_confirmed_to_exist(client: Client) -> None:
    promoter = await a_person(client, "promoter@example.com")
    stranger = await a_person(client, "stranger@example.com")
    _, ticket_type = await an_event(client, promoter)
    await call(client, "POST", f"/events/{ticket_type['eventId']}/unpublish", promoter)
    wish = {"items": [{"ticketTypeId": ticket_type["id"], "quantity": 1}]}

    refused = await call(client, "POST", "/orders", stranger, wish, expect=404)
    own = await call(client, "POST", "/orders", promoter, wish, expect=409)

    assert "eventId" not in refused
    assert own["code"] == "not_on_sale"


async def test_a_fact_never_takes_a_standard_member_of_a_problem(client: Client) -> None:
    promoter = await a_person(client, "promoter@example.com")
    _, ticket_type = await an_event(client, promoter)

    problem = await call(
        client, "POST", f"/events/{ticket_type['eventId']}/publish", promoter, expect=409
    )

    assert (problem["status"], problem["current"]) == (409, "published")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"name": ""}, "$.name"),
        ({"name": "a\nb"}, "$.name"),
        ({"name": "\u200b\u200f"}, "$.name"),
        ({"timezone": "Mars/Olympus"}, "$.timezone"),
        ({"capacity": 0}, "$.capacity"),
        ({"address": {"line1": "", "city": "Austin", "country": "US"}}, "$.address.line1"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_its_path(
    client: Client, body: dict[str, Any], path: str
) -> None:
    promoter = await a_person(client, "promoter@example.com")
    organization_id, _ = await an_event(client, promoter)
    venue = {
        "organizationId": organization_id,
        "name": "Hall",
        "address": {"line1": "1 Main St", "city": "Austin", "country": "US"},
        "capacity": 10,
        "timezone": "UTC",
    }

    problem = await call(client, "POST", "/venues", promoter, venue | body, expect=422)

    assert problem["errors"][0]["path"] == path


async def test_the_position_of_a_wrong_quantity_is_told(client: Client) -> None:
    promoter = await a_person(client, "promoter@example.com")
    _, ticket_type = await an_event(client, promoter)
    items = [{"ticketTypeId": ticket_type["id"], "quantity": quantity} for quantity in (1, 0)]

    problem = await call(client, "POST", "/orders", promoter, {"items": items}, expect=422)

    assert problem["errors"][0]["path"] == "$.items[1].quantity"


async def test_an_event_whose_types_are_sold_later_is_not_on_sale(client: Client) -> None:
    promoter = await a_person(client, "promoter@example.com")

    _, ticket_type = await an_event(client, promoter, salesStart="2026-06-01T13:00:00Z")

    event = await call(client, "GET", f"/events/{ticket_type['eventId']}")
    assert event["status"] == "published"


async def test_a_misspelt_status_is_heard_of(client: Client) -> None:
    buyer = await a_person(client, "buyer@example.com")

    await call(client, "GET", "/orders?status=nope", buyer, expect=400)
    await call(client, "GET", "/orders?status=PAID", buyer)
