"""Tickets go into a cart: held, at a promised price, and counted against hoarding."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from adapters.memory.database import MemoryDatabase
from application.sales.add_cart_item import AddCartItemCommand
from application.sales.carts import CartVisitor
from application.shared.retrying import retrying
from domain.sales.cart import CartStatus
from domain.sales.errors import (
    CartNotFound,
    PromoCodeExhausted,
    SeveralEvents,
    TicketTypeNotFound,
    TooManyCarts,
)
from domain.shared.ids import AllotmentId, TicketTypeId
from tests.application.sales.cart_scene import OTHER_EVENT, OTHER_TYPE, CartScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import EVENT, FLOOR, VIP, usd


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


async def test_the_first_tickets_open_a_cart_and_are_held(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR, 2)

    cart = await scene.cart(scene.person)
    assert cart.owner_id == scene.buyer.user_id
    assert [(item.quantity, item.unit_price) for item in cart.items] == [(2, usd(5000))]
    held = {AllotmentId(FLOOR): 2, AllotmentId(EVENT): 2}
    assert await scene.units(scene.person) == held


async def test_a_guest_is_told_a_token_that_is_kept_as_a_hash(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())

    cart = await scene.cart(guest)
    assert guest.token is not None
    assert len(guest.token) >= 22  # 128 bits and more.
    assert cart.token_hash != guest.token.encode()
    assert cart.owner_id is None


async def test_more_goes_into_the_same_cart_at_the_promised_price(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR, 1)
    scene.prices.prices[FLOOR] = 8000

    await scene.add(scene.person, FLOOR, 1)
    await scene.add(scene.person, VIP, 1)

    cart = await scene.cart(scene.person)
    assert [(item.quantity, item.unit_price) for item in cart.items] == [
        (2, usd(5000)),
        (1, usd(9000)),
    ]
    assert (await scene.units(scene.person))[AllotmentId(EVENT)] == 3


async def test_a_lapsed_cart_begins_anew_at_the_prices_of_now(
    scene: CartScene, clock: VirtualClock
) -> None:
    await scene.add(scene.person, FLOOR, 1)
    scene.prices.prices[FLOOR] = 8000
    clock.advance(timedelta(minutes=11))

    command = AddCartItemCommand(ticket_type_id=VIP, quantity=1)
    changed = await scene.add_cart_item(scene.person, command)

    assert changed.is_renewed
    assert changed.previous_prices == {FLOOR: "50.00"}
    cart = await scene.cart(scene.person)
    assert [item.unit_price for item in cart.items] == [usd(8000), usd(9000)]
    assert cart.is_live(clock())


async def test_a_live_cart_takes_no_other_event(scene: CartScene) -> None:
    await scene.add(scene.person)

    with pytest.raises(SeveralEvents):
        await scene.add(scene.person, OTHER_TYPE)


async def test_a_lapsed_cart_gives_way_to_another_event(
    scene: CartScene, clock: VirtualClock
) -> None:
    await scene.add(scene.person)
    former = await scene.cart(scene.person)
    clock.advance(timedelta(minutes=11))

    await scene.add(scene.person, OTHER_TYPE)

    cart = await scene.cart(scene.person)
    assert (cart.event_id, cart.id == former.id) == (OTHER_EVENT, False)
    stored = (await scene.cart_places.of_ids([former.id]))[former.id]
    assert stored.status is CartStatus.EMPTIED


async def test_after_an_order_the_next_cart_opens(scene: CartScene) -> None:
    guest = await scene.add(scene.guest())
    first = await scene.cart(guest)
    await scene.buy(guest)

    again = await scene.add(guest)

    assert again.token != guest.token
    assert (await scene.cart(again)).id != first.id


async def test_somebody_elses_token_is_no_cart(scene: CartScene) -> None:
    with pytest.raises(CartNotFound):
        await scene.add(CartVisitor(client=uuid4(), token="guessed"))


async def test_what_is_not_on_sale_changes_nothing(scene: CartScene) -> None:
    await scene.add(scene.person)

    with pytest.raises(TicketTypeNotFound):
        await scene.add(scene.person, TicketTypeId(uuid4()))

    assert len((await scene.cart(scene.person)).items) == 1
    assert (await scene.units(scene.person))[AllotmentId(EVENT)] == 1


async def test_a_code_is_kept_in_its_normal_form_and_a_bad_one_refused(scene: CartScene) -> None:
    await scene.add(scene.person, promo_code="spring")
    assert (await scene.cart(scene.person)).promo_code == "SPRING"

    scene.prices.code_refusal = PromoCodeExhausted()
    with pytest.raises(PromoCodeExhausted):
        await scene.add(scene.person, promo_code="other")
    await scene.add(scene.person)

    cart = await scene.cart(scene.person)
    assert (cart.promo_code, cart.items[0].quantity) == ("SPRING", 2)


async def test_two_hands_at_once_both_count(scene: CartScene) -> None:
    await scene.add(scene.person)
    add = retrying(scene.add_cart_item)
    one = AddCartItemCommand(ticket_type_id=FLOOR, quantity=1)

    await asyncio.gather(add(scene.person, one), add(scene.person, one))

    cart = await scene.cart(scene.person)
    assert cart.items[0].quantity == 3
    assert (await scene.units(scene.person))[AllotmentId(FLOOR)] == 3


async def test_a_client_that_opens_too_many_is_told_when_to_come_back(
    scene: CartScene, clock: VirtualClock
) -> None:
    client = UUID(int=9)
    for _ in range(3):
        await scene.add(scene.guest(client))

    with pytest.raises(TooManyCarts) as refusal:
        await scene.add(scene.guest(client))

    assert refusal.value.facts["retry_at"] == clock() + timedelta(minutes=10)
    await scene.add(scene.guest())
