"""The cart as shops meet it: what is held, promised, refused, and for how long."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from domain.shared.ids import EventId
from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.shop import ADA, Shop, open_shop


@pytest_asyncio.fixture(loop_scope="session")
async def shop(client: AsyncTestClient[Litestar]) -> Shop:
    return await open_shop(client)


async def price(shop: Shop, container: Container, amount: str) -> None:
    path = f"/events/{shop.ticket_type['eventId']}/ticket-types/{shop.ticket_type['id']}"
    await shop.promoter.call("PATCH", path, {"price": amount})
    forget(shop, container)


def forget(shop: Shop, container: Container) -> None:
    """What quotes remember of the offer is a second old at most; here no second passes."""
    container.quoting.offers().forget([EventId(UUID(shop.ticket_type["eventId"]))])


async def test_a_cart_shows_what_it_costs_and_how_long_it_holds(shop: Shop) -> None:
    balcony = await shop.another_type()
    person = await shop.person("bea@example.com")

    await person.add(shop.ticket_type, 1)
    cart = await person.add(balcony, 2)

    assert [(i["name"], i["quantity"], i["subtotal"]) for i in cart["items"]] == [
        ("Floor", 1, "50.00"),
        ("Balcony", 2, "60.00"),
    ]
    names = ["subtotalAmount", "discountAmount", "feesAmount", "taxAmount", "totalAmount"]
    assert [cart[name] for name in names] == ["110.00", "0.00", "7.00", "0.00", "117.00"]
    assert (cart["status"], cart["isHeld"], cart["problem"]) == ("open", True, None)
    assert cart["expiresAt"] == "2026-06-01T12:10:00Z"
    assert cart["extendableUntil"] == "2026-06-01T12:30:00Z"
    assert "cartToken" not in cart
    assert await person.call("GET", "/cart") == cart


async def test_the_same_type_again_is_one_line(shop: Shop) -> None:
    person = await shop.person("bea@example.com")

    await person.add(shop.ticket_type, 1)
    cart = await person.add(shop.ticket_type, 2)

    assert [item["quantity"] for item in cart["items"]] == [3]


async def test_without_a_cart_there_is_none_to_see(shop: Shop) -> None:
    person, guest = await shop.person("bea@example.com"), shop.guest()

    for visitor in (person, guest):
        for method, path in (
            ("GET", "/cart"),
            ("DELETE", "/cart"),
            ("POST", "/cart/lock-seats"),
            ("POST", "/cart/extend-lock"),
            ("DELETE", f"/cart/items/{shop.ticket_type['id']}"),
        ):
            assert (await visitor.call(method, path, None, 404))["code"] == "cart_not_found"
    guest.headers["X-Cart-Token"] = "somebody-elses"
    assert (await guest.add(shop.ticket_type, expect=404))["code"] == "cart_not_found"


async def test_the_promised_price_outlives_a_raise(shop: Shop, container: Container) -> None:
    guest = shop.guest()
    cart = await guest.add(shop.ticket_type)
    await price(shop, container, "80.00")

    more = await guest.add(shop.ticket_type)
    order = await guest.order(more, buyer=ADA, shownTotal=more["totalAmount"])

    assert more["subtotalAmount"] == "100.00"
    assert (cart["id"], order["subtotalAmount"]) == (more["id"], "100.00")


async def test_another_total_than_shown_is_told(shop: Shop) -> None:
    guest = shop.guest()
    cart = await guest.add(shop.ticket_type)

    refused = await guest.order(cart, 409, buyer=ADA, shownTotal="50.00")
    order = await guest.order(cart, buyer=ADA, shownTotal=53)

    assert (refused["code"], refused["total"]) == ("price_changed", "53.00")
    assert order["totalAmount"] == "53.00"


async def test_an_expired_cart_is_shown_at_the_prices_of_now_and_begins_anew(
    shop: Shop, container: Container, clock: VirtualClock
) -> None:
    guest = shop.guest()
    cart = await guest.add(shop.ticket_type)
    await price(shop, container, "80.00")
    clock.advance(timedelta(minutes=10))

    shown = await guest.call("GET", "/cart")
    refused = await guest.order(cart, 409, buyer=ADA)
    late = await guest.call("POST", "/cart/extend-lock", None, 409)
    renewed = await guest.call("POST", "/cart/lock-seats")

    [item] = shown["items"]
    assert (shown["status"], shown["isHeld"]) == ("expired", False)
    assert (item["unitPrice"], item["previousUnitPrice"]) == ("80.00", "50.00")
    assert (refused["code"], late["code"]) == ("cart_expired", "cart_expired")
    assert (renewed["id"], renewed["isRenewed"], renewed["isHeld"]) == (cart["id"], True, True)
    assert renewed["items"][0]["previousUnitPrice"] == "50.00"
    assert renewed["expiresAt"] == "2026-06-01T12:20:00Z"
    order = await guest.order(renewed, buyer=ADA)
    assert order["subtotalAmount"] == "80.00"


async def test_a_cart_lasts_half_an_hour_at_most(shop: Shop, clock: VirtualClock) -> None:
    guest = shop.guest()
    await guest.add(shop.ticket_type)

    ends = []
    for _ in range(3):
        clock.advance(timedelta(minutes=8))
        ends.append((await guest.call("POST", "/cart/extend-lock"))["expiresAt"][11:16])
    refused = await guest.call("POST", "/cart/extend-lock", None, 409)

    assert ends == ["12:18", "12:26", "12:30"]
    assert refused["code"] == "cart_extension_refused"
    assert refused["extendableUntil"] == "2026-06-01T12:30:00Z"


async def test_the_last_ones_in_a_cart_are_reserved_for_others_and_not_for_its_owner(
    shop: Shop, clock: VirtualClock
) -> None:
    owner, other = await shop.person("bea@example.com"), await shop.person("cyd@example.com")
    guest = shop.guest()
    cart = await owner.add(shop.ticket_type, 10)
    items = [{"ticketTypeId": shop.ticket_type["id"], "quantity": 1}]

    in_cart = await other.add(shop.ticket_type, expect=409)
    at_once = await guest.call("POST", "/orders", {"items": items, "buyer": ADA}, 409)
    order = await owner.order(cart)

    assert (in_cart["code"], in_cart["retryAt"]) == ("reserved", "2026-06-01T12:10:00Z")
    assert at_once["code"] == "reserved"
    assert order["status"] == "pending"
    gone = await other.add(shop.ticket_type, expect=409)
    assert (gone["code"], gone["available"]) == ("sold_out", 0)


async def test_what_is_taken_out_is_for_others_at_once(shop: Shop) -> None:
    balcony = await shop.another_type()
    owner, other = await shop.person("bea@example.com"), await shop.person("cyd@example.com")
    await owner.add(shop.ticket_type, 10)
    await owner.add(balcony, 1)

    left = await owner.call("DELETE", f"/cart/items/{shop.ticket_type['id']}")
    again = await owner.call("DELETE", f"/cart/items/{shop.ticket_type['id']}", None, 404)
    await other.add(shop.ticket_type, 10)
    emptied = await owner.call("DELETE", f"/cart/items/{balcony['id']}")

    assert ([item["name"] for item in left["items"]], left["isHeld"]) == (["Balcony"], True)
    assert again["code"] == "cart_item_not_found"
    assert (emptied["status"], emptied["items"], emptied["totalAmount"]) == ("emptied", [], None)
    await owner.call("GET", "/cart", None, 404)


async def test_a_cart_given_up_is_free_at_once(shop: Shop) -> None:
    owner, other = await shop.person("bea@example.com"), await shop.person("cyd@example.com")
    await owner.add(shop.ticket_type, 10)

    await owner.call("DELETE", "/cart", None, 204)

    assert (await other.add(shop.ticket_type, 10))["isHeld"]
    await owner.call("GET", "/cart", None, 404)


async def test_a_cart_is_ordered_by_nobody_else(shop: Shop) -> None:
    guest, thief = shop.guest(), shop.guest()
    person, other = await shop.person("bea@example.com"), await shop.person("cyd@example.com")
    of_guest, of_person = await guest.add(shop.ticket_type), await person.add(shop.ticket_type)

    refused = [
        await thief.order(of_guest, 404, buyer=ADA),
        await thief.order(of_person, 404, buyer=ADA),
        await other.order(of_person, 404),
        await other.order({"id": str(uuid4())}, 404),
    ]

    assert {answer["code"] for answer in refused} == {"cart_not_found"}


async def test_after_an_order_the_next_item_opens_the_next_cart(shop: Shop) -> None:
    guest, person = shop.guest(), await shop.person("bea@example.com")
    carts = []
    for visitor in (guest, person):
        first = await visitor.add(shop.ticket_type)
        await visitor.order(first, buyer=ADA)
        carts.append((first["id"], (await visitor.add(shop.ticket_type))["id"]))

    assert all(first != second for first, second in carts)


async def test_one_cart_is_for_one_event(shop: Shop, clock: VirtualClock) -> None:
    other_event = await shop.promoter.call(
        "POST",
        "/events",
        {
            "organizationId": shop.organization_id,
            "name": "Another Night",
            "category": "concert",
            "startDatetime": "2026-06-02T20:00:00+02:00",
            "endDatetime": "2026-06-02T23:00:00+02:00",
            "timezone": "Europe/Warsaw",
            "capacity": 100,
            "currency": "USD",
        },
        201,
    )
    path = f"/events/{other_event['id']}"
    body = {"name": "Floor", "price": "20.00", "quantity": 10}
    elsewhere = await shop.promoter.call("POST", f"{path}/ticket-types", body, 201)
    await shop.promoter.call("POST", f"{path}/publish")
    person = await shop.person("bea@example.com")
    cart = await person.add(shop.ticket_type)

    refused = await person.add(elsewhere, expect=422)
    clock.advance(timedelta(minutes=11))
    fresh = await person.add(elsewhere)

    assert refused["code"] == "several_events"
    assert (fresh["eventId"], fresh["id"] == cart["id"]) == (other_event["id"], False)


async def test_a_promo_code_is_kept_and_looked_at_again(shop: Shop, clock: VirtualClock) -> None:
    code = {
        "organizationId": shop.organization_id,
        "code": "EARLY10",
        "discountType": "PERCENTAGE",
        "discountValue": 10,
        "validUntil": "2026-06-01T12:05:00+00:00",
    }
    await shop.promoter.call("POST", "/promo-codes", code, 201)
    guest = shop.guest()

    unknown = await guest.add(shop.ticket_type, expect=422, promoCode="LATE10")
    cart = await guest.add(shop.ticket_type, promoCode="early10")
    without = await guest.call("PATCH", "/cart", {"promoCode": None})
    with_it = await guest.call("PATCH", "/cart", {"promoCode": "Early10"})
    clock.advance(timedelta(minutes=6))
    lapsed = await guest.call("GET", "/cart")

    assert unknown["code"] == "promo_code_unknown"
    assert (cart["promoCode"], cart["discountAmount"]) == ("EARLY10", "5.00")
    assert (without["promoCode"], without["discountAmount"]) == (None, "0.00")
    assert with_it["totalAmount"] == cart["totalAmount"] == "47.75"
    assert (lapsed["status"], lapsed["problem"]["code"]) == ("open", "promo_code_expired")
    assert (lapsed["subtotalAmount"], lapsed["totalAmount"]) == ("50.00", None)


async def test_more_than_an_order_takes_is_refused_over_the_whole_cart(shop: Shop) -> None:
    few = await shop.another_type(maxPerOrder=3)
    guest = shop.guest()
    await guest.add(few, 2)

    refused = await guest.add(few, 2, expect=422)

    assert (refused["code"], refused["maximum"]) == ("quantity_out_of_range", 3)
    assert (await guest.call("GET", "/cart"))["items"][0]["quantity"] == 2


@pytest.mark.parametrize("quantity", [1.5, "1", True, 2**31, 10**9, 0, -1])
async def test_a_quantity_is_a_small_whole_number(shop: Shop, quantity: object) -> None:
    body = {"ticketTypeId": shop.ticket_type["id"], "quantity": quantity}
    response = await shop.client.post("/api/v1/cart/items", json=body)

    assert response.status_code in (400, 422)
    assert response.json()["errors"][0]["path"] == "$.quantity" or response.status_code == 422


async def test_seats_need_an_event_that_has_them(shop: Shop) -> None:
    guest = shop.guest()
    await guest.add(shop.ticket_type)

    refused = await guest.call("POST", "/cart/lock-seats", {"seats": ["A1"]}, 422)

    assert (refused["code"], refused["errors"][0]["path"]) == ("no_seats", "$.seats")


async def test_an_unpublished_event_takes_no_more_tickets_and_lets_go(
    shop: Shop, container: Container
) -> None:
    guest = shop.guest()
    await guest.add(shop.ticket_type)
    await shop.promoter.call("POST", f"/events/{shop.ticket_type['eventId']}/unpublish")
    forget(shop, container)

    shown = await guest.call("GET", "/cart")
    path, body = "/cart/items", {"ticketTypeId": shop.ticket_type["id"], "quantity": 1}
    refused = await shop.client.post(f"/api/v1{path}", json=body, headers=guest.headers)
    emptied = await guest.call("DELETE", f"/cart/items/{shop.ticket_type['id']}")

    assert shown["problem"]["code"] in ("not_on_sale", "ticket_type_not_found")
    assert refused.json()["code"] == shown["problem"]["code"]
    assert emptied["status"] == "emptied"


async def test_the_ordered_cart_is_shown_until_the_next_one_begins(shop: Shop) -> None:
    person = await shop.person("bea@example.com")
    order = await person.order(await person.add(shop.ticket_type))

    shown = await person.call("GET", "/cart")
    refused = [
        await person.call("POST", "/cart/extend-lock", None, 409),
        await person.call("POST", "/cart/lock-seats", None, 409),
        await person.call("DELETE", "/cart", None, 409),
    ]
    following = await person.add(shop.ticket_type)

    assert (shown["status"], shown["orderId"]) == ("ordered", order["id"])
    assert {answer["code"] for answer in refused} == {"cart_ordered"}
    assert (await person.call("GET", "/cart"))["id"] == following["id"] != shown["id"]
