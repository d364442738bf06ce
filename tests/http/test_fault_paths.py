"""Every fault says where it is, by the name under which the client sent it."""

from typing import Any

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.shop import ADA, Shop, Visitor, open_shop


@pytest_asyncio.fixture(loop_scope="session")
async def shop(client: AsyncTestClient[Litestar]) -> Shop:
    return await open_shop(client)


async def _path(who: Visitor, method: str, path: str, body: Any = None, expect: int = 422) -> str:
    refused = await who.call(method, path, body, expect)
    [fault] = refused["errors"]
    assert fault["detail"]
    return str(fault["path"])


async def test_a_guests_mail_is_the_buyers(shop: Shop) -> None:
    items = [{"ticketTypeId": shop.ticket_type["id"], "quantity": 1}]
    buyer = ADA | {"email": "nonsense"}
    lists = f"/events/{shop.ticket_type['eventId']}/waiting-list"
    guest = shop.guest()

    ordering = await _path(guest, "POST", "/orders", {"items": items, "buyer": buyer})
    joining = await _path(guest, "POST", lists, items[0] | {"buyer": buyer})

    assert (ordering, joining) == ("$.buyer.email", "$.buyer.email")


async def test_a_payment_method_is_the_payments(shop: Shop) -> None:
    items = [{"ticketTypeId": shop.ticket_type["id"], "quantity": 1}]
    payment = {"paymentMethod": "pm_card_play_money"}
    body = {"items": items, "buyer": ADA, "payment": payment}

    assert await _path(shop.guest(), "POST", "/orders", body) == "$.payment.paymentMethod"


@pytest.mark.parametrize("quantity", [0, -1, 11, 10**6])
async def test_a_quantity_has_no_items_around_it(shop: Shop, quantity: int) -> None:
    body = {"ticketTypeId": shop.ticket_type["id"], "quantity": quantity}
    lists = f"/events/{shop.ticket_type['eventId']}/waiting-list"
    guest = shop.guest()

    in_cart = await _path(guest, "POST", "/cart/items", body)
    in_line = await _path(guest, "POST", lists, body | {"buyer": ADA})

    assert (in_cart, in_line) == ("$.quantity", "$.quantity")


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("limit=0", "$.query.limit"),
        ("organizationId=x", "$.query.organizationId"),
        ("eventId=x", "$.query.eventId"),
        ("cursor=x", "$.query.cursor"),
        ("cursor=%00", "$.query.cursor"),
        ("%00=x", "$.query"),
    ],
)
async def test_a_query_is_named_as_it_was_sent(shop: Shop, query: str, path: str) -> None:
    person = await shop.person("bea@example.com")

    assert await _path(person, "GET", f"/orders?{query}", None, 400) == path


async def test_a_header_is_named_as_it_was_sent(shop: Shop) -> None:
    guest = shop.guest()
    guest.headers["X-Visitor"] = "x" * 201
    queue = f"/events/{shop.ticket_type['eventId']}/queue"
    assert await _path(guest, "POST", queue, None, 400) == "$.header.X-Visitor"

    guest.headers["Idempotency-Key"] = "a b"
    assert await _path(guest, "POST", "/orders", {}, 400) == "$.header.Idempotency-Key"
