"""Promo codes as clients meet them."""

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.conftest import VirtualClock
from tests.http.test_the_first_sale import a_person, an_event, call

Client = AsyncTestClient[Litestar]
NOWHERE = "01a1fc63-64c1-74f7-97de-51ec22915226"


class Promoter:
    """Somebody with an organisation, an event and a kind of ticket for 50.00."""

    def __init__(self, client: Client, token: str, organization_id: str, ticket_type: Any) -> None:
        self.client = client
        self.token = token
        self.organization_id = organization_id
        self.event_id = str(ticket_type["eventId"])
        self.ticket_type_id = str(ticket_type["id"])

    def a_code(self, **terms: Any) -> dict[str, Any]:
        usual = {
            "organizationId": self.organization_id,
            "code": "Spring-10",
            "discountType": "PERCENTAGE",
            "discountValue": "10",
        }
        return usual | terms

    async def code(self, expect: int = 201, **terms: Any) -> Any:
        return await self.call("POST", "/promo-codes", self.a_code(**terms), expect)

    async def call(self, method: str, path: str, json: Any = None, expect: int = 200) -> Any:
        return await call(self.client, method, path, self.token, json, expect)

    def items(self, quantity: int) -> list[dict[str, Any]]:
        return [{"ticketTypeId": self.ticket_type_id, "quantity": quantity}]


@pytest_asyncio.fixture(loop_scope="session")
async def promoter(client: Client) -> Promoter:
    token = await a_person(client, "promoter@example.com")
    organization_id, ticket_type = await an_event(client, token)
    return Promoter(client, token, organization_id, ticket_type)


async def test_a_new_code_is_shown_as_it_is_kept(promoter: Promoter) -> None:
    wanted = promoter.a_code(
        description="For friends",
        discountValue=12.5,
        maxUses=3,
        validFrom="2026-05-01T00:00:00+02:00",
        minOrderValue="20",
        applicableEvents=[promoter.event_id],
    )
    headers = {"Authorization": f"Bearer {promoter.token}"}

    response = await promoter.client.post("/api/v1/promo-codes", json=wanted, headers=headers)

    made = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/api/v1/promo-codes/{made['id']}"
    assert made == await promoter.call("GET", f"/promo-codes/{made['id']}")
    del made["id"], made["createdAt"], made["updatedAt"]
    assert made == {
        "organizationId": promoter.organization_id,
        "code": "SPRING-10",
        "description": "For friends",
        "discountType": "percentage",
        "discountValue": "12.5",
        "maxUses": 3,
        "usesCount": 0,
        "validFrom": "2026-04-30T22:00:00Z",
        "validUntil": None,
        "minOrderValue": "20",
        "applicableEvents": [promoter.event_id],
        "status": "active",
    }


@pytest.mark.parametrize(
    ("terms", "status", "code"),
    [
        ({"code": "two words"}, 422, "invalid_promo_code"),
        ({"discountValue": "1e999999999"}, 422, "invalid_discount"),
        ({"discountValue": "NaN"}, 422, "invalid_discount"),
        ({"discountValue": 100.5}, 422, "invalid_discount"),
        ({"discountType": "gift"}, 400, "malformed_request"),
        ({"validFrom": "2026-05-01T00:00:00"}, 400, "malformed_request"),
        ({"validUntil": "9999-12-31T23:59:59-12:00"}, 422, "invalid_instant"),
        (
            {"validFrom": "2026-05-02T00:00:00Z", "validUntil": "2026-05-01T00:00:00Z"},
            422,
            "invalid_period",
        ),
        ({"maxUses": 0}, 422, "invalid_max_uses"),
        ({"maxUses": 2**63}, 422, "invalid_max_uses"),
        ({"minOrderValue": -1}, 422, "invalid_min_order_value"),
        ({"applicableEvents": [NOWHERE]}, 422, "invalid_applicable_events"),
        ({"organizationId": NOWHERE}, 404, "not_found"),
        ({"usesCount": 3}, 400, "malformed_request"),
    ],
)
async def test_a_code_that_makes_no_sense_is_refused(
    promoter: Promoter, terms: dict[str, Any], status: int, code: str
) -> None:
    problem = await promoter.code(status, **terms)

    assert problem["code"] == code


async def test_a_code_is_taken_once(promoter: Promoter) -> None:
    await promoter.code()

    problem = await promoter.code(409, code="SPRING-10")

    assert problem["code"] == "promo_code_taken"


async def test_a_list_shows_ones_own_codes_page_by_page(client: Client, promoter: Promoter) -> None:
    made = [(await promoter.code(code=f"CODE{n}"))["code"] for n in range(3)]
    other = await a_person(client, "other@example.com")

    mine = f"organizationId={promoter.organization_id}"
    first = await promoter.call("GET", f"/promo-codes?limit=2&{mine}")
    query = f"limit=2&cursor={first['nextCursor']}&{mine}"
    second = await promoter.call("GET", f"/promo-codes?{query}")
    theirs = await call(client, "GET", "/promo-codes", other)

    codes = [code["code"] for code in first["items"] + second["items"]]
    assert codes == made[::-1]
    assert second["nextCursor"] is None
    assert theirs["items"] == []


async def test_strangers_cannot_tell_a_code_from_none(client: Client, promoter: Promoter) -> None:
    made = await promoter.code()
    stranger = await a_person(client, "stranger@example.com")

    for method, body in (("GET", None), ("PATCH", {"status": "disabled"}), ("DELETE", None)):
        for code_id in (made["id"], NOWHERE):
            path = f"/promo-codes/{code_id}"
            problem = await call(client, method, path, stranger, body, 404)
            assert problem["code"] == "promo_code_not_found"
    listing = f"/promo-codes?organizationId={promoter.organization_id}"
    assert (await call(client, "GET", listing, stranger, expect=404))["code"] == "not_found"
    assert (await call(client, "GET", listing, expect=401))["code"] == "unauthenticated"
    assert (await promoter.call("GET", f"/promo-codes/{made['id']}"))["status"] == "active"


async def test_terms_are_changed_and_limits_lifted(promoter: Promoter) -> None:
    made = await promoter.code(maxUses=3, minOrderValue=20, description="For friends")

    changed = await promoter.call(
        "PATCH", f"/promo-codes/{made['id']}", {"status": "DISABLED", "maxUses": None}
    )

    assert (changed["status"], changed["maxUses"]) == ("disabled", None)
    assert (changed["minOrderValue"], changed["description"]) == ("20", "For friends")


async def test_an_unused_code_is_deleted(promoter: Promoter) -> None:
    made = await promoter.code()

    await promoter.call("DELETE", f"/promo-codes/{made['id']}", expect=204)

    await promoter.call("GET", f"/promo-codes/{made['id']}", expect=404)
    await promoter.code()


async def test_an_order_uses_a_code_up_and_keeps_it_from_being_deleted(
    client: Client, promoter: Promoter
) -> None:
    made = await promoter.code(maxUses=1)
    buyer = await a_person(client, "buyer@example.com")
    order = {"items": promoter.items(2), "promoCode": "spring-10"}

    placed = await call(client, "POST", "/orders", buyer, order, 201)
    refused = await call(client, "POST", "/orders", buyer, order, 409)

    assert (placed["discountAmount"], placed["promoCode"]) == ("10.00", "SPRING-10")
    assert refused["code"] == "promo_code_exhausted"
    path = f"/promo-codes/{made['id']}"
    shown = await promoter.call("GET", path)
    assert (shown["usesCount"], shown["status"]) == (1, "exhausted")
    kept = await promoter.call("DELETE", path, expect=409)
    assert kept["code"] == "promo_code_in_use"
    await call(client, "POST", f"/orders/{placed['id']}/cancel", buyer)
    shown = await promoter.call("GET", path)
    assert (shown["usesCount"], shown["status"]) == (0, "active")
    await promoter.call("DELETE", path, expect=409)


async def test_fewer_uses_than_were_made_are_refused(client: Client, promoter: Promoter) -> None:
    made = await promoter.code(maxUses=5)
    buyer = await a_person(client, "buyer@example.com")
    order = {"items": promoter.items(1), "promoCode": "SPRING-10"}
    for _ in range(2):
        await call(client, "POST", "/orders", buyer, order, 201)

    path = f"/promo-codes/{made['id']}"
    problem = await promoter.call("PATCH", path, {"maxUses": 1}, 409)

    assert (problem["code"], problem["used"]) == ("max_uses_below_used", 2)


async def test_a_code_is_tried_before_an_order(client: Client, promoter: Promoter) -> None:
    await promoter.code(discountType="fixed_amount", discountValue=7.5, minOrderValue=60)
    buyer = await a_person(client, "buyer@example.com")

    wish = {"code": "spring-10", "items": promoter.items(2)}
    answer = await call(client, "POST", "/promo-codes/validate", buyer, wish)
    small = wish | {"items": promoter.items(1)}
    problem = await call(client, "POST", "/promo-codes/validate", buyer, small, 422)

    assert answer == {
        "valid": True,
        "code": "SPRING-10",
        "discountAmount": "7.50",
        "currency": "USD",
    }
    assert problem["code"] == "promo_code_minimum_not_met"
    assert (problem["minimum"], problem["subtotal"]) == ("60.00", "50.00")


@pytest.mark.parametrize(
    ("terms", "status", "code"),
    [
        ({"code": "OTHER"}, 422, "promo_code_unknown"),
        ({"validFrom": "2026-06-01T12:00:01Z"}, 409, "promo_code_not_yet_valid"),
        ({"validUntil": "2026-06-01T12:00:00Z"}, 409, "promo_code_expired"),
    ],
)
async def test_a_code_that_does_not_hold_says_why(
    client: Client, promoter: Promoter, terms: dict[str, Any], status: int, code: str
) -> None:
    await promoter.code(**terms)
    buyer = await a_person(client, "buyer@example.com")
    wish = {"code": "Spring-10", "items": promoter.items(1)}

    tried = await call(client, "POST", "/promo-codes/validate", buyer, wish, status)
    order = {"items": promoter.items(1), "promoCode": "Spring-10"}
    ordered = await call(client, "POST", "/orders", buyer, order, status)

    assert tried["code"] == ordered["code"] == code


async def test_a_code_expires_by_itself(promoter: Promoter, clock: VirtualClock) -> None:
    made = await promoter.code(validUntil="2026-06-01T12:10:00Z")
    assert made["status"] == "active"

    clock.advance(timedelta(minutes=10))

    shown = await promoter.call("GET", f"/promo-codes/{made['id']}")
    assert shown["status"] == "expired"
