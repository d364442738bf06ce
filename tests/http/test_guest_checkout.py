"""Guests fill a cart, order, pay and see their tickets: without an account, with one secret."""

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.shop import ADA, Shop, open_shop


@pytest_asyncio.fixture(loop_scope="session")
async def shop(client: AsyncTestClient[Litestar]) -> Shop:
    return await open_shop(client)


async def test_a_guest_buys_from_a_cart_pays_and_sees_the_tickets(shop: Shop) -> None:
    guest = shop.guest()
    cart = await guest.add(shop.ticket_type, 2)
    assert (cart["isHeld"], cart["totalAmount"]) == (True, "106.00")

    order = await guest.order(cart, buyer=ADA, shownTotal=cart["totalAmount"])
    paid = await guest.pay(order)

    assert (order["userId"], order["buyerEmail"]) == (None, "ada@example.com")
    assert order["link"].endswith(f"/orders/{order['id']}?secret={order['accessSecret']}")
    assert (paid["status"], paid["orderStatus"]) == ("succeeded", "paid")
    tickets = (await guest.call("GET", f"/orders/{order['id']}/tickets"))["items"]
    assert [ticket["holderName"] for ticket in tickets] == ["Ada Byron"] * 2
    picture = await shop.client.get(tickets[0]["qrCodeUrl"], headers=guest.headers)
    assert picture.headers["content-type"] == "image/png"
    ordered = await guest.call("GET", "/cart")
    assert (ordered["status"], ordered["orderId"]) == ("ordered", order["id"])


async def test_the_link_in_the_mail_works_in_a_browser_and_tells_nobody(shop: Shop) -> None:
    guest = shop.guest()
    order = await guest.order(await guest.add(shop.ticket_type), buyer=ADA)
    link = order["link"].partition("/api/v1")[2]

    seen = await shop.client.get(f"/api/v1{link}")

    assert seen.status_code == 200
    assert seen.headers["referrer-policy"] == "no-referrer"
    assert "accessSecret" not in seen.json()


@pytest.mark.parametrize("path", ["", "/tickets", "/cancel"])
async def test_a_wrong_secret_is_no_such_order(shop: Shop, path: str) -> None:
    guest, other = shop.guest(), shop.guest()
    order = await guest.order(await guest.add(shop.ticket_type), buyer=ADA)
    theirs = await other.order(await other.add(shop.ticket_type), buyer=ADA)
    method = "POST" if path == "/cancel" else "GET"
    secret = order["accessSecret"]
    forged = ("B" if secret[30] == "A" else "A").join([secret[:30], secret[31:]])

    for shown in (theirs["accessSecret"], forged, "x", "x" * 54, secret + "="):
        guest.headers["X-Order-Secret"] = shown
        refused = await guest.call(method, f"/orders/{order['id']}{path}", None, 404)
        assert refused["code"] == "order_not_found"


async def test_a_secret_changes_nothing_by_query(shop: Shop) -> None:
    guest = shop.guest()
    order = await guest.order(await guest.add(shop.ticket_type), buyer=ADA)

    nobody = shop.guest()
    path = f"/orders/{order['id']}/cancel?secret={order['accessSecret']}"
    refused = await nobody.call("POST", path, None, 401)

    assert refused["code"] == "unauthenticated"
    assert (await guest.call("GET", f"/orders/{order['id']}"))["status"] == "pending"


async def test_a_guest_gives_up_an_unpaid_order_and_not_a_paid_one(shop: Shop) -> None:
    guest, other = shop.guest(), shop.guest()
    order = await guest.order(await guest.add(shop.ticket_type), buyer=ADA)
    paid = await other.order(await other.add(shop.ticket_type), buyer=ADA)
    await other.pay(paid)

    given_up = await guest.call("POST", f"/orders/{order['id']}/cancel")
    refused = await other.call("POST", f"/orders/{paid['id']}/cancel", None, 409)

    assert given_up["status"] == "cancelled"
    assert refused["code"] == "cancellation_not_allowed"


async def test_a_secret_pays_its_own_order_alone(shop: Shop) -> None:
    guest, other = shop.guest(), shop.guest()
    order = await guest.order(await guest.add(shop.ticket_type), buyer=ADA)
    await other.order(await other.add(shop.ticket_type), buyer=ADA)
    intent = await guest.call("POST", "/payments/create-intent", {"orderId": order["id"]}, 201)

    await other.call("POST", "/payments/create-intent", {"orderId": order["id"]}, 404)
    wish = {"paymentId": intent["paymentId"], "paymentMethod": "pm_card_visa"}
    refused = await other.call("POST", "/payments/confirm", wish, 404)

    assert refused["code"] == "payment_not_found"


async def test_a_members_order_has_no_secret(shop: Shop) -> None:
    person = await shop.person("bea@example.com")
    order = await person.order(await person.add(shop.ticket_type))

    assert "accessSecret" not in order
    assert (await person.call("GET", f"/orders/{order['id']}"))["status"] == "pending"


async def test_a_guest_orders_without_a_cart_too(shop: Shop) -> None:
    items = [{"ticketTypeId": shop.ticket_type["id"], "quantity": 1}]
    guest = shop.guest()

    order = await guest.call("POST", "/orders", {"items": items, "buyer": ADA}, 201)
    nameless = await guest.call("POST", "/orders", {"items": items}, 401)

    assert order["accessSecret"]
    assert nameless["code"] == "unauthenticated"


async def test_who_knows_no_name_of_a_guest_is_told_what_is_wrong(shop: Shop) -> None:
    items = [{"ticketTypeId": shop.ticket_type["id"], "quantity": 1}]
    wrong = [ADA | {"email": "nonsense"}, ADA | {"name": "  "}]

    codes = [
        (await shop.guest().call("POST", "/orders", {"items": items, "buyer": buyer}, 422))["code"]
        for buyer in wrong
    ]

    assert codes == ["invalid_email", "invalid_text"]


async def test_an_organiser_may_refuse_guests(shop: Shop, owner_connection: object) -> None:
    owner_connection.execute("update organizations set guest_checkout = false")  # type: ignore[attr-defined]

    refused = await shop.guest().add(shop.ticket_type, expect=401)

    assert refused["code"] == "guest_checkout_not_allowed"


async def test_a_repeated_key_tells_a_guest_the_same_order_and_secret(shop: Shop) -> None:
    guest = shop.guest()
    cart = await guest.add(shop.ticket_type)
    guest.headers["Idempotency-Key"] = "order-1"

    first = await guest.order(cart, buyer=ADA)
    del guest.headers["X-Order-Secret"]
    second = await guest.order(cart, buyer=ADA)

    assert second["id"] == first["id"]
    assert second["accessSecret"] == first["accessSecret"]
