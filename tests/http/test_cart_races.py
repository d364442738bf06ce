"""Many at once, the same again, and without the cache."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from application.sales.add_cart_item import AddCartItemCommand
from application.sales.carts import CartVisitor
from application.shared.in_turn import Turns
from domain.shared.ids import TicketTypeId
from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.shop import ADA, Shop, open_shop


@pytest_asyncio.fixture(loop_scope="session")
async def shop(client: AsyncTestClient[Litestar]) -> Shop:
    return await open_shop(client)


async def test_one_cart_is_one_order_however_often_it_is_sent(shop: Shop) -> None:
    guest = shop.guest()
    cart = await guest.add(shop.ticket_type, 2)
    body = {"cartId": cart["id"], "buyer": ADA}

    answers = await asyncio.gather(*(guest.call("POST", "/orders", body, 201) for _ in range(50)))
    late = await guest.call("POST", "/orders", body, 201)

    assert {answer["id"] for answer in answers} == {late["id"]}
    assert late["accessSecret"] == answers[0]["accessSecret"]
    organizer = f"/orders?organizationId={shop.organization_id}"
    assert len((await shop.promoter.call("GET", organizer))["items"]) == 1
    assert (await guest.call("DELETE", "/cart", None, 409))["code"] == "cart_ordered"


async def test_a_person_has_one_cart_whatever_they_click(shop: Shop) -> None:
    person = await shop.person("bea@example.com")

    carts = await asyncio.gather(
        *(
            shop.client.post(
                "/api/v1/cart/items",
                json={"ticketTypeId": shop.ticket_type["id"], "quantity": 1},
                headers=person.headers,
            )
            for _ in range(3)
        )
    )

    assert len({cart.json()["id"] for cart in carts if cart.status_code == 201}) == 1
    cart = await person.call("GET", "/cart")
    granted = sum(cart.status_code == 201 for cart in carts)
    assert cart["items"][0]["quantity"] == granted >= 1
    assert cart["isHeld"]


async def test_a_repeated_key_opens_one_cart_and_tells_its_token_again(shop: Shop) -> None:
    guest = shop.guest()
    guest.headers["Idempotency-Key"] = "cart-1"
    first = await guest.add(shop.ticket_type)
    del guest.headers["X-Cart-Token"]

    second = await guest.add(shop.ticket_type)

    assert (second["id"], second["cartToken"]) == (first["id"], first["cartToken"])
    assert second["items"][0]["quantity"] == 1


async def test_a_repeated_key_gives_up_one_cart(shop: Shop) -> None:
    person = await shop.person("bea@example.com")
    await person.add(shop.ticket_type)
    person.headers["Idempotency-Key"] = "give-up"

    await person.call("DELETE", "/cart", None, 204)
    await person.call("DELETE", "/cart", None, 204)


async def test_two_guests_who_choose_the_same_key_do_not_meet(shop: Shop) -> None:
    one, other = shop.guest(), shop.guest()
    carts = [await guest.add(shop.ticket_type) for guest in (one, other)]
    for guest in (one, other):
        guest.headers["Idempotency-Key"] = "1"

    raised = [await guest.add(shop.ticket_type) for guest in (one, other)]

    assert [cart["id"] for cart in raised] == [cart["id"] for cart in carts]
    assert [cart["items"][0]["quantity"] for cart in raised] == [2, 2]


async def test_without_the_cache_the_cart_works_and_holds_nothing(
    shop: Shop, container: Container
) -> None:
    class Down:
        async def hold(self, wanted: object) -> bool:
            return False

        async def extend(self, *_: object) -> bool:
            return False

        async def held_by(self, *_: object) -> dict[object, object]:
            return {}

        async def in_carts(self, *_: object) -> object:
            from application.sales.ports import InCarts

            return InCarts({}, {})

        async def drop(self, carts: object) -> None:
            pass

    with container.sales.soft_holds.override(Down()):
        guest = shop.guest()
        cart = await guest.add(shop.ticket_type, 2)
        extended = await guest.call("POST", "/cart/extend-lock", None, 409)
        order = await guest.order(cart, buyer=ADA)

    assert cart["isHeld"] is False
    assert extended["code"] == "cart_extension_refused"
    assert order["status"] == "pending"


async def test_four_sweepers_expire_each_cart_once(
    shop: Shop, container: Container, clock: VirtualClock
) -> None:
    people = [await shop.person(f"p{number}@example.com") for number in range(3)]
    for person in people:
        await person.add(shop.ticket_type)
    clock.advance(timedelta(minutes=10))

    expired = await asyncio.gather(*(container.sales.expire_carts()() for _ in range(4)))

    assert sum(expired) == 3
    assert (await people[0].call("GET", "/cart"))["status"] == "expired"


async def test_clicks_at_once_all_count_in_several_processes(
    shop: Shop, container: Container
) -> None:
    """At the use case itself: the test's client sends one request after another."""
    many = await shop.another_type(quantity=80, maxPerOrder=50)
    person = await shop.person("bea@example.com")
    token = person.headers["Authorization"].removeprefix("Bearer ")
    actor = await container.identity.access_tokens().actor(token)
    visitor = CartVisitor(client=uuid4(), actor=actor)
    here, elsewhere = container.sales.add_cart_item(), []
    for _ in range(2):
        with container.sales.cart_turns.override(Turns()):
            elsewhere.append(container.sales.add_cart_item())
    click = AddCartItemCommand(ticket_type_id=TicketTypeId(UUID(many["id"])), quantity=1)

    await asyncio.gather(*(here(visitor, click) for _ in range(30)))
    await asyncio.gather(*(add(visitor, click) for add in (here, *elsewhere) for _ in range(3)))

    cart = await person.call("GET", "/cart")
    assert (cart["items"][0]["quantity"], cart["isHeld"]) == (39, True)
