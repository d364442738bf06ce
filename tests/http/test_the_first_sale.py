"""The whole path as the README tells it: from a new organiser to the second, refused, entry."""

from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

Client = AsyncTestClient[Litestar]


async def call(
    client: Client, method: str, path: str, token: str = "", json: Any = None, expect: int = 200
) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = await client.request(method, f"/api/v1{path}", headers=headers, json=json)
    assert response.status_code == expect, response.text
    return response.json() if response.content else None


async def a_person(client: Client, email: str) -> str:
    body = {
        "email": email,
        "password": "Password123!",
        "firstName": "Ada",
        "lastName": "Byron",
    }
    answer = await call(client, "POST", "/auth/register", json=body, expect=201)
    return str(answer["accessToken"])


async def an_event(client: Client, promoter: str, **changes: Any) -> tuple[str, dict[str, Any]]:
    """An organisation with a 5 % + 0.50 fee and a published event with one ticket type."""
    organization = await call(
        client,
        "POST",
        "/organizations",
        promoter,
        {
            "name": "Starlight",
            "type": "promoter",
            "settings": {"serviceFeePercentage": "5", "serviceFeeFixed": "0.50"},
        },
        201,
    )
    event = await call(
        client,
        "POST",
        "/events",
        promoter,
        {
            "organizationId": organization["id"],
            "name": "Midsummer Night",
            "category": "concert",
            "startDatetime": "2026-06-01T20:00:00+02:00",
            "endDatetime": "2026-06-01T23:00:00+02:00",
            "timezone": "Europe/Warsaw",
            "capacity": 100,
            "currency": "USD",
        },
        201,
    )
    ticket_type = await call(
        client,
        "POST",
        f"/events/{event['id']}/ticket-types",
        promoter,
        {"name": "Floor", "price": "50.00", "quantity": 10} | changes,
        201,
    )
    await call(client, "POST", f"/events/{event['id']}/publish", promoter)
    return str(organization["id"]), ticket_type


async def a_paid_order(client: Client, promoter: str, buyer: str) -> tuple[str, dict[str, Any]]:
    """Two tickets at 10 % off, after one declined card: the organisation's id and the order."""
    organization_id, ticket_type = await an_event(client, promoter)
    on_sale = await call(client, "GET", "/events?status=ON_SALE")
    assert [event["status"] for event in on_sale["items"]] == ["on_sale"]
    code = {
        "organizationId": organization_id,
        "code": "early10",
        "discountType": "PERCENTAGE",
        "discountValue": 10,
    }
    await call(client, "POST", "/promo-codes", promoter, code, 201)

    order = await call(
        client,
        "POST",
        "/orders",
        buyer,
        {"items": [{"ticketTypeId": ticket_type["id"], "quantity": 2}], "promoCode": "EARLY10"},
        201,
    )
    amounts = ["subtotalAmount", "discountAmount", "feesAmount", "taxAmount", "totalAmount"]
    assert [order[name] for name in amounts] == ["100.00", "10.00", "5.50", "0.00", "95.50"]
    payment = await call(
        client, "POST", "/payments/create-intent", buyer, {"orderId": order["id"]}, 201
    )
    assert (payment["amount"], payment["provider"]) == ("95.50", "simulated")
    wish = {"paymentId": payment["paymentId"]}
    declined = await call(
        client,
        "POST",
        "/payments/confirm",
        buyer,
        wish | {"paymentMethod": "pm_card_visa_chargeDeclined"},
    )
    assert (declined["status"], declined["failureCode"]) == ("failed", "card_declined")
    paid = await call(
        client, "POST", "/payments/confirm", buyer, wish | {"paymentMethod": "pm_card_visa"}
    )
    assert (paid["status"], paid["orderStatus"]) == ("succeeded", "paid")

    return organization_id, order


async def test_a_ticket_is_sold_and_lets_its_holder_in_once(client: Client) -> None:
    promoter = await a_person(client, "promoter@example.com")
    buyer = await a_person(client, "buyer@example.com")

    organization_id, order = await a_paid_order(client, promoter, buyer)

    tickets = (await call(client, "GET", f"/orders/{order['id']}/tickets", buyer))["items"]
    assert [ticket["pricePaid"] for ticket in tickets] == ["45.00", "45.00"]
    found = await call(client, "GET", f"/events/{order['eventId']}/ticket-types")
    assert [t["quantityAvailable"] for t in found["items"]] == [8]
    scanner = await call(
        client,
        "POST",
        "/scanners/register",
        promoter,
        {"organizationId": organization_id, "name": "Gate A"},
        201,
    )
    door = await call(client, "POST", "/scanners/auth", json={"apiKey": scanner["apiKey"]})
    scan = {"barcode": tickets[0]["barcode"]}
    first = await call(client, "POST", "/scanners/scan", door["accessToken"], scan)
    second = await call(client, "POST", "/scanners/scan", door["accessToken"], scan)
    assert first["result"] == "accepted"
    assert (second["result"], second["reason"]) == ("refused", "already_used")
    assert second["firstEntryAt"] == first["scannedAt"]
    shown = await call(client, "GET", f"/tickets/{tickets[0]['id']}", buyer)
    assert shown["status"] == "used"
