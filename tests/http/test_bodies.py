"""Whatever a client sends, the answer says what is wrong and nothing is written."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.test_the_first_sale import a_person, an_event, call

Client = AsyncTestClient[Litestar]
ITEM = '{"ticketTypeId": "%s", "quantity": %s}'


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("", "$"),
        ("{", "$"),
        ("[]", "$"),
        ("null", "$"),
        ('{"items": []', "$"),
        ('{"items": {}}', "$.items"),
        ('{"itemz": []}', "$"),
        ('{"items": [{"ticketTypeId": "nonsense", "quantity": 1}]}', "$.items[0].ticketTypeId"),
        ('{"items": [], "price": "0.00"}', "$"),
        ('{"items": [], "status": "paid"}', "$"),
        ('{"items": [], "promoCode": 7}', "$.promoCode"),
        ('{"items": [], "promoCode": "A\\u0000B"}', "$.promoCode"),
        ('{"items": [], "buyer": {"name": "A\\u0000", "email": "a"}}', "$.buyer.name"),
        ('{"items": [], "shownTotal": 1e999, "promoCode": "\\u0000"}', "$.promoCode"),
        ('{"items": [], "promoCode": "\xff"}', "$"),
        ('{"items": [], "shownTotal": "1_0"}', "$.shownTotal"),
        ('{"items": [], "shown\\u0054otal": "1_0"}', "$.shownTotal"),
        ('{"items": [], "shownTotal": "\\uff11\\uff10"}', "$.shownTotal"),
        ('{"items": [], "shownTotal": "\\u0661"}', "$.shownTotal"),
        ('{"items": [], "shownTotal": " 1.00"}', "$.shownTotal"),
        ('{"items": [], "shownTotal": "1.00\\n"}', "$.shownTotal"),
        ('{"items": [], "shownTotal": "+1"}', "$.shownTotal"),
        ('{"items": [], "shownTotal": "sNaN"}', "$.shownTotal"),
        ("\xff\xfe", "$"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_its_path(
    client: Client, body: str, path: str | None
) -> None:
    buyer = await a_person(client, "buyer@example.com")

    response = await client.post(
        "/api/v1/orders",
        headers={"Authorization": f"Bearer {buyer}"},
        content=body.encode("latin-1"),
    )

    problem = response.json()
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("application/problem+json")
    assert problem["code"] == "malformed_request"
    assert problem["requestId"] == response.headers["x-request-id"]
    assert problem["errors"][0]["path"] == path


@pytest.mark.parametrize(
    ("quantity", "status", "code"),
    [
        ("0", 422, "invalid_quantity"),
        ("-1", 422, "invalid_quantity"),
        ("11", 422, "quantity_out_of_range"),
        ("2147483648", 422, "quantity_out_of_range"),
        ("1" + "0" * 30, 422, "quantity_out_of_range"),
        ("1.0", 400, "malformed_request"),
        ("1.5", 400, "malformed_request"),
        ('"1"', 400, "malformed_request"),
        ("true", 400, "malformed_request"),
        ("NaN", 400, "malformed_request"),
        ("1e400", 400, "malformed_request"),
        ("null", 400, "malformed_request"),
    ],
)
async def test_odd_quantities_hold_nothing(
    client: Client, quantity: str, status: int, code: str
) -> None:
    promoter = await a_person(client, "promoter@example.com")
    _, ticket_type = await an_event(client, promoter)
    body = '{"items": [' + ITEM % (ticket_type["id"], quantity) + "]}"

    response = await client.post(
        "/api/v1/orders", headers={"Authorization": f"Bearer {promoter}"}, content=body.encode()
    )

    assert (response.status_code, response.json()["code"]) == (status, code)
    found = await call(client, "GET", f"/events/{ticket_type['eventId']}/ticket-types")
    assert found["items"][0]["quantityAvailable"] == 10


async def test_a_body_that_is_too_large_is_not_read(client: Client) -> None:
    buyer = await a_person(client, "buyer@example.com")

    response = await client.post(
        "/api/v1/orders",
        headers={"Authorization": f"Bearer {buyer}"},
        content=b'{"items": "' + b"x" * 300_000 + b'"}',
    )

    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/venues?q=%00", 400),
        ("/venues?limit=0", 400),
        ("/venues?limit=101", 400),
        ("/venues?limit=x", 400),
        ("/venues?cursor=nonsense", 400),
        ("/venues?organizationId=7", 400),
        ("/nowhere", 404),
        ("/events/not-a-uuid", 404),
    ],
)
async def test_odd_addresses_are_refused(client: Client, path: str, status: int) -> None:
    response = await client.get(f"/api/v1{path}")

    assert response.status_code == status
    assert response.headers["content-type"].startswith("application/problem+json")


async def test_a_wrong_method_names_itself(client: Client) -> None:
    response: Any = await client.delete("/api/v1/venues")

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
