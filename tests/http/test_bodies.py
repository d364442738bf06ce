"""Whatever a client sends, the answer says what is wrong and nothing is written."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.test_the_first_sale import a_person, an_event, call

Client = AsyncTestClient[Litestar]
NOWHERE = "0190a0b0-0000-7000-8000-000000000000"
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


TWICE = [
    ('{"items": [], "items": []}', "$.items"),
    ('{"cartId": null, "cartId": null}', "$.cartId"),
    ('{"items": [], "it\\u0065ms": []}', "$.items"),
    (
        f'{{"items": [{{"ticketTypeId": "{NOWHERE}", "quantity": 1, "quantity": 9}}]}}',
        "$.items[0].quantity",
    ),
    (
        '{"items": [], "payment": {"paymentMethod": "a", "paymentMethod": "b"}}',
        "$.payment.paymentMethod",
    ),
]


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
async def test_what_is_said_twice_is_refused_with_its_path(client: Client, kind: str) -> None:
    """On the way of raw orders, and on the way of all other bodies."""
    buyer = await a_person(client, "buyer@example.com")
    headers = {"Authorization": f"Bearer {buyer}", "Content-Type": kind}
    for body, path in TWICE:
        answer = await client.post("/api/v1/orders", headers=headers, content=body)

        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (400, "malformed_request"), body
        assert problem["errors"][0]["path"] == path


async def test_no_body_is_told_in_words(client: Client) -> None:
    response = await client.post(
        "/api/v1/auth/login", headers={"Content-Type": "application/json"}, content=b""
    )

    assert response.status_code == 400
    assert response.json()["errors"] == [{"path": "$", "detail": "There is no body; send JSON."}]


async def test_numbers_without_end_are_nobodys_trouble(client: Client) -> None:
    buyer = await a_person(client, "buyer@example.com")
    headers = {"Authorization": f"Bearer {buyer}", "Content-Type": "application/json"}
    body = '{"promoCode": "A", "items": [{"ticketTypeId": "%s", "quantity": %s}]}'

    answer = await client.post(
        "/api/v1/orders", headers=headers, content=body % (NOWHERE, "9" * 6000)
    )

    assert answer.status_code in (400, 404, 422), answer.text


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 401),
        ("Application/JSON ; charset=UTF-8", 401),
        ("application/merge-patch+json", 401),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/jsonx", 415),
        ("", 415),
    ],
)
async def test_a_body_is_json_and_says_so(client: Client, kind: str, status: int) -> None:
    answer = await client.post(
        "/api/v1/auth/login",
        headers={"Content-Type": kind},
        content='{"email": "ada@example.com", "password": "Password123!"}',
    )

    assert answer.status_code == status, answer.text
    if status == 415:
        assert answer.json()["code"] == "unsupported_media_type"


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
