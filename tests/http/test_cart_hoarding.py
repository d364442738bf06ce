"""Nobody keeps tickets from others by filling carts."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.shop import Shop, open_shop


@pytest_asyncio.fixture(loop_scope="session")
async def shop(client: AsyncTestClient[Litestar]) -> Shop:
    return await open_shop(client)


async def test_an_address_opens_three_carts_at_a_time(shop: Shop, clock: VirtualClock) -> None:
    for _ in range(3):
        await shop.guest().add(shop.ticket_type)

    path, body = "/api/v1/cart/items", {"ticketTypeId": shop.ticket_type["id"], "quantity": 1}
    refused = await shop.client.post(path, json=body)

    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_carts"
    assert refused.headers["retry-after"] == "601"
    assert refused.json()["retryAt"] == "2026-06-01T12:10:00Z"
    clock.advance(timedelta(minutes=10))
    await shop.guest().add(shop.ticket_type)


async def test_an_address_opens_six_carts_a_minute(shop: Shop, clock: VirtualClock) -> None:
    for _ in range(6):
        guest = shop.guest()
        await guest.add(shop.ticket_type)
        await guest.call("DELETE", "/cart", None, 204)

    refused = await shop.guest().add(shop.ticket_type, expect=429)

    assert refused["code"] == "too_many_carts"
    clock.advance(timedelta(minutes=1))
    await shop.guest().add(shop.ticket_type)


async def test_an_address_holds_ten_tickets_and_a_person_more(shop: Shop) -> None:
    many = await shop.another_type(quantity=80, maxPerOrder=20)
    guest, other = shop.guest(), shop.guest()
    await guest.add(many, 8)

    alone = await guest.add(many, 3, expect=429)
    together = await other.add(many, 3, expect=429)
    person = await shop.person("bea@example.com")

    assert (alone["code"], together["code"]) == ("too_many_tickets_in_carts",) * 2
    assert (await person.add(many, 20))["isHeld"]


async def test_guests_hold_a_fifth_of_an_event_together(
    client: AsyncTestClient[Litestar], container: Container
) -> None:
    shop = await open_shop(client, quantity=100)
    many = await shop.another_type(quantity=80, maxPerOrder=20)
    await shop.guest().add(many, 10)
    client_of = container.sales.client_digests()
    client_of.of_address = lambda _: uuid4()
    await shop.guest().add(many, 10)

    refused = await shop.guest().add(many, 1, expect=429)

    assert refused["code"] == "guest_carts_full"
    assert (await (await shop.person("bea@example.com")).add(many, 1))["isHeld"]


async def test_twenty_at_once_are_not_more_than_three(shop: Shop) -> None:
    body = {"ticketTypeId": shop.ticket_type["id"], "quantity": 1}

    answers = await asyncio.gather(
        *(shop.client.post("/api/v1/cart/items", json=body) for _ in range(20))
    )

    assert sorted({answer.status_code for answer in answers}) == [201, 429]
    assert sum(answer.status_code == 201 for answer in answers) == 3
