"""How many tickets one customer may have, over all orders."""

import asyncio
from collections import Counter
from typing import Any

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from adapters.postgres.database import Database
from adapters.postgres.invariants import violated
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.http.shop import Shop, open_shop

Client = AsyncTestClient[Litestar]


@pytest_asyncio.fixture(loop_scope="session")
async def shop(client: Client) -> Shop:
    return await open_shop(client, maxPerCustomer=3, quantity=100)


async def place(client: Client, shop: Shop, headers: dict[str, str], **wish: Any) -> Any:
    items = [{"ticketTypeId": shop.ticket_type["id"], "quantity": wish.pop("quantity", 1)}]
    return await client.post("/api/v1/orders", json={"items": items} | wish, headers=headers)


@pytest.mark.parametrize("orders", [50])
async def test_the_limit_holds_over_parallel_orders(
    shop: Shop,
    client: Client,
    second_client: Client,
    orders: int,
    postgres: Database,
    clock: VirtualClock,
) -> None:
    """OV-16, through two processes' doors."""
    buyer = await shop.person("buyer@example.com")
    doors = [client, second_client] * (orders // 2)

    answers = await asyncio.gather(*(place(door, shop, buyer.headers) for door in doors))

    told = Counter(answer.json().get("code", "placed") for answer in answers)
    assert told == {"placed": 3, "customer_limit_reached": orders - 3}
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (refused["maximum"], refused["had"]) == (3, 3)
    async with all_rows(postgres) as connection:
        assert await violated(connection, clock.now) == {}


async def test_the_limit_is_a_customers_and_not_an_accounts(shop: Shop, client: Client) -> None:
    buyer = await shop.person("buyer@example.com")
    await place(client, shop, buyer.headers, quantity=2)
    same = {"name": "Ada", "email": "Buyer@Example.com"}
    other = {"name": "Bob", "email": "bob@example.com"}

    too_many = await place(client, shop, {}, quantity=2, buyer=same)
    one_more = await place(client, shop, {}, quantity=1, buyer=same)
    others = await place(client, shop, {}, quantity=3, buyer=other)

    assert too_many.json()["code"] == "customer_limit_reached"
    assert (one_more.status_code, others.status_code) == (201, 201)


async def test_what_was_cancelled_may_be_bought_again(shop: Shop, client: Client) -> None:
    buyer = await shop.person("buyer@example.com")
    first = (await place(client, shop, buyer.headers, quantity=3)).json()

    await buyer.call("POST", f"/orders/{first['id']}/cancel", {})

    assert (await place(client, shop, buyer.headers, quantity=3)).status_code == 201


async def test_a_lower_limit_takes_nothing_away(
    shop: Shop, client: Client, postgres: Database
) -> None:
    buyer = await shop.person("buyer@example.com")
    await place(client, shop, buyer.headers, quantity=3)
    kind = shop.ticket_type
    path = f"/events/{kind['eventId']}/ticket-types/{kind['id']}"

    await shop.promoter.call("PATCH", path, {"maxPerCustomer": 2})
    refused = await place(client, shop, buyer.headers)
    await shop.promoter.call("PATCH", path, {"maxPerCustomer": 4})
    one_more = await place(client, shop, buyer.headers)

    assert refused.json()["code"] == "customer_limit_reached"
    assert one_more.status_code == 201
    async with all_rows(postgres) as connection:
        held = await connection.execute(
            text(
                "select held from allotment_counters c where not exists"
                " (select from allotments a where a.id = c.allotment_id)"
            )
        )
        assert held.scalars().all() == [4]


@pytest.mark.parametrize("limit", [0, -1, 1.0, "1", True, 2**31])
async def test_odd_limits_are_refused(shop: Shop, client: Client, limit: object) -> None:
    kind = shop.ticket_type
    path = f"/events/{kind['eventId']}/ticket-types/{kind['id']}"
    is_number = isinstance(limit, int) and not isinstance(limit, bool)

    refused = await shop.promoter.call(
        "PATCH", path, {"maxPerCustomer": limit}, 422 if is_number else 400
    )

    assert refused["errors"][0]["path"] == "$.maxPerCustomer"


async def test_an_organisation_may_close_itself_to_guests(shop: Shop, client: Client) -> None:
    path = f"/organizations/{shop.organization_id}"
    guest = {"name": "Ada", "email": "ada@example.com"}

    before = await shop.promoter.call("GET", path)
    closed = await shop.promoter.call("PATCH", path, {"settings": {"guestCheckout": False}})
    kept = await shop.promoter.call("PATCH", path, {"settings": {"serviceFeeFixed": "1"}})
    refused = await place(client, shop, {}, buyer=guest)

    assert before["settings"]["guestCheckout"] is True
    assert (closed["settings"]["guestCheckout"], kept["settings"]["guestCheckout"]) == (
        False,
        False,
    )
    assert refused.json()["code"] == "guest_checkout_not_allowed"


async def test_a_cart_takes_no_more_than_a_customer_may_have(shop: Shop) -> None:
    person, guest = await shop.person("bea@example.com"), shop.guest()
    await person.order(await person.add(shop.ticket_type, 2))

    refused = await person.add(shop.ticket_type, 2, expect=409)
    alone = await guest.add(shop.ticket_type, 4, expect=409)

    names = ("code", "maximum", "had")
    assert [refused[name] for name in names] == ["customer_limit_reached", 3, 2]
    assert [alone[name] for name in names] == ["customer_limit_reached", 3, 0]
    assert (await person.add(shop.ticket_type, 1))["problem"] is None


async def test_a_cart_says_that_its_buyer_has_enough_by_now(shop: Shop) -> None:
    person = await shop.person("bea@example.com")
    await person.add(shop.ticket_type, 2)
    items = [{"ticketTypeId": shop.ticket_type["id"], "quantity": 2}]
    await person.call("POST", "/orders", {"items": items}, 201)

    shown = await person.call("GET", "/cart")
    refused = await person.call("POST", "/cart/lock-seats", None, 409)

    assert shown["problem"]["code"] == refused["code"] == "customer_limit_reached"
    assert shown["totalAmount"] is None
