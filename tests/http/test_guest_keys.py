"""A guest who repeats a request finds it again: on another network, and with a cart by then."""

from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.shop import ADA, Shop, open_shop
from tests.http.waiting_box import a_box

BEA = {"name": "Bea Byron", "email": "bea@example.com"}
KEY = {"Idempotency-Key": "5f0c7cf3-2f2c-4a6e-9b0e-6f8f6f3c1f10"}


@pytest_asyncio.fixture(loop_scope="session")
async def shop(client: AsyncTestClient[Litestar]) -> Shop:
    return await open_shop(client)


@pytest.fixture
def on_the_move(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request comes from another address."""
    monkeypatch.setattr(container.sales.client_digests(), "of_address", lambda _: uuid4())


def _wish(shop: Shop, buyer: dict[str, str]) -> dict[str, Any]:
    items = [{"ticketTypeId": shop.ticket_type["id"], "quantity": 1}]
    payment = {"paymentMethod": "pm_card_visa"}
    return {"items": items, "buyer": buyer, "payment": payment}


@pytest.mark.usefixtures("on_the_move")
async def test_an_order_is_placed_once_whatever_the_network(shop: Shop) -> None:
    guest = shop.guest()
    guest.headers |= KEY

    first = await guest.call("POST", "/orders", _wish(shop, ADA), 201)
    again = await guest.call("POST", "/orders", _wish(shop, ADA), 201)

    assert first["status"] == "paid"
    assert (again["id"], again["accessSecret"]) == (first["id"], first["accessSecret"])


async def test_an_order_is_placed_once_with_a_cart_shown_too(shop: Shop) -> None:
    guest = shop.guest()
    cart = await guest.add(shop.ticket_type)
    token = guest.headers.pop("X-Cart-Token")
    guest.headers |= KEY

    first = await guest.call("POST", "/orders", _wish(shop, ADA), 201)
    guest.headers["X-Cart-Token"] = token
    again = await guest.call("POST", "/orders", _wish(shop, ADA), 201)

    assert cart["isHeld"]
    assert again["id"] == first["id"]


async def test_the_same_guest_cannot_use_a_key_for_something_else(shop: Shop) -> None:
    guest = shop.guest()
    guest.headers |= KEY
    await guest.call("POST", "/orders", _wish(shop, ADA), 201)

    shouted = ADA | {"email": "ADA@example.com"}
    refused = await guest.call("POST", "/orders", _wish(shop, shouted), 422)

    assert refused["code"] == "idempotency_key_reused"


async def test_two_guests_of_one_network_do_not_meet(shop: Shop) -> None:
    guest = shop.guest()
    guest.headers |= KEY

    first = await guest.call("POST", "/orders", _wish(shop, ADA), 201)
    other = await guest.call("POST", "/orders", _wish(shop, BEA), 201)

    assert first["id"] != other["id"]


@pytest.mark.parametrize(
    "buyer",
    [b'"ada"', b"[]", b"{}", b'{"name": "a", "email": 1}', b'{"name": "a", "email": "\\ud800"}'],
)
async def test_a_buyer_that_cannot_be_read_is_refused(shop: Shop, buyer: bytes) -> None:
    answer = await shop.client.post(
        "/api/v1/orders",
        content=b'{"items": [], "buyer": %s}' % buyer,
        headers=KEY | {"Content-Type": "application/json"},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


@pytest.mark.usefixtures("on_the_move")
async def test_a_list_is_joined_once_whatever_the_network(
    client: AsyncTestClient[Litestar], container: Container, clock: VirtualClock
) -> None:
    box = await a_box(client, container, clock)
    wish = {"ticketTypeId": box.ticket_type_id, "quantity": 1, "buyer": ADA}
    path = f"/api/v1/events/{box.event_id}/waiting-list"

    answers = [await client.post(path, json=wish, headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert answers[1].headers["idempotency-replayed"] == "true"
