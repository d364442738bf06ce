"""A hold and a row, never one without the other; and what a cart is refused for."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.soft_holds import MemorySoftHolds
from application.sales.carts import CartVisitor
from application.sales.soft_holds import CartHold, HoldRefused
from application.shared.transaction import SessionEnded
from domain.sales.errors import (
    AdmissionPassNeeded,
    GuestCartsFull,
    GuestCheckoutNotAllowed,
    Reserved,
    SaleNotOpen,
    SoldOut,
    TooManyTicketsInCarts,
)
from domain.sales.quote import Window
from domain.shared.ids import AllotmentId
from domain.shared.period import Period
from tests.application.sales.cart_scene import PASS, CartScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import EVENT, FLOOR, VIP


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


def carts(scene: CartScene) -> int:
    return len(scene.memory.table("carts"))


async def test_what_others_hold_is_reserved_until_the_first_of_them_runs_out(
    scene: CartScene, clock: VirtualClock
) -> None:
    await scene.add(scene.somebody(), FLOOR, 9)

    with pytest.raises(Reserved) as refusal:
        await scene.add(scene.person, FLOOR, 2)

    assert refusal.value.facts["retry_at"] == clock() + timedelta(minutes=10)
    assert refusal.value.facts["allotment_id"] == FLOOR
    assert carts(scene) == 1
    clock.advance(timedelta(minutes=10))
    await scene.add(scene.person, FLOOR, 2)


async def test_all_of_it_or_nothing(scene: CartScene) -> None:
    await scene.add(scene.somebody(), VIP, 10)
    await scene.add(scene.person, FLOOR, 3)

    with pytest.raises(Reserved):
        await scene.add(scene.person, VIP, 1)

    held = {AllotmentId(FLOOR): 3, AllotmentId(EVENT): 3}
    assert await scene.units(scene.person) == held
    assert len((await scene.cart(scene.person)).items) == 1


async def test_ones_own_hold_is_not_sold_out_to_oneself(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR, 9)

    await scene.add(scene.person, FLOOR, 1)
    placed = await scene.buy(scene.person)

    assert placed.order is not None
    with pytest.raises(SoldOut):
        await scene.add(scene.somebody(), FLOOR, 1)


async def test_what_orders_hold_is_sold_out(scene: CartScene) -> None:
    await scene.place({FLOOR: 9})

    with pytest.raises(SoldOut) as refusal:
        await scene.add(scene.person, FLOOR, 2)

    assert refusal.value.facts["available"] == 1


async def test_the_waiting_list_goes_first(scene: CartScene) -> None:
    counters = scene.memory.table("allotment_counters")
    row: Any = counters.get(FLOOR)
    row.waiting = 8
    counters.put(FLOOR, row)

    with pytest.raises(SoldOut):
        await scene.add(scene.person, FLOOR, 3)
    await scene.add(scene.person, FLOOR, 2)


async def test_before_the_sale_nothing_is_held(scene: CartScene, clock: VirtualClock) -> None:
    opening = clock() + timedelta(hours=1)
    scene.prices.windows = (Window(Period(opening, None), of="event"),)

    with pytest.raises(SaleNotOpen) as refusal:
        await scene.add(scene.person)

    assert refusal.value.facts["retry_at"] == opening
    assert carts(scene) == 0


async def test_a_waiting_room_is_not_walked_around(scene: CartScene) -> None:
    scene.prices.needs_pass = True
    person = scene.person

    for shown, name in ((None, "ada"), ("forged", "ada"), (PASS, "bea")):
        visitor = CartVisitor(
            client=person.client, actor=person.actor, admission_pass=shown, visitor=name
        )
        with pytest.raises(AdmissionPassNeeded):
            await scene.add(visitor)

    await scene.add(
        CartVisitor(client=person.client, actor=person.actor, admission_pass=PASS, visitor="ada")
    )


async def test_guests_only_where_they_may_buy(scene: CartScene) -> None:
    scene.prices.is_for_guests = False

    with pytest.raises(GuestCheckoutNotAllowed):
        await scene.add(scene.guest())
    await scene.add(scene.person)


async def test_a_guest_holds_ten_tickets(scene: CartScene) -> None:
    guest = await scene.add(scene.guest(), FLOOR, 8)

    with pytest.raises(TooManyTicketsInCarts):
        await scene.add(guest, VIP, 3)
    with pytest.raises(TooManyTicketsInCarts):
        await scene.add(scene.guest(guest.client), VIP, 3)
    await scene.add(guest, VIP, 2)
    await scene.add(scene.person, VIP, 8)


async def test_guests_hold_a_fifth_of_the_event(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.guest(), FLOOR, 10)
    clock.advance(timedelta(minutes=1))
    await scene.add(scene.guest(), VIP, 9)

    with pytest.raises(GuestCartsFull) as refusal:
        await scene.add(scene.guest(), VIP, 2)

    assert refusal.value.facts["retry_at"] == clock() + timedelta(minutes=9)
    assert refusal.value.facts["retry_after"] == 541
    await scene.add(scene.somebody(), VIP, 1)


async def test_whoever_was_signed_out_keeps_nothing_held(scene: CartScene) -> None:
    await scene.add(scene.person, FLOOR, 1)
    session: Any = scene.memory.table("sessions").get(scene.buyer.session_id)
    session.revoked_at = scene.memory.clock()
    scene.memory.table("sessions").put(scene.buyer.session_id, session)

    with pytest.raises(SessionEnded):
        await scene.add(scene.person, FLOOR, 5)

    assert (await scene.units(scene.person))[AllotmentId(FLOOR)] == 1


class Broken(Exception):
    """The database is in ruins."""


async def test_a_row_that_was_not_written_gives_the_hold_back(scene: CartScene) -> None:
    def ruin(*_: Any) -> None:
        raise Broken

    table = scene.memory.table("carts")
    write = table.put
    table.put = ruin  # type: ignore[method-assign, assignment]
    with pytest.raises(Broken):
        await scene.add(scene.person, FLOOR, 10)
    table.put = write  # type: ignore[method-assign]

    await scene.add(scene.somebody(), FLOOR, 10)


async def test_without_the_cache_a_cart_works_and_holds_nothing(memory: MemoryDatabase) -> None:
    class Down(MemorySoftHolds):
        async def hold(self, wanted: CartHold) -> bool | HoldRefused:
            return False

    scene = CartScene(memory, Down(memory.clock))

    await scene.add(scene.person, FLOOR, 10)
    await scene.add(scene.somebody(), FLOOR, 10)

    view = await scene.get_cart(scene.person)
    assert (view.is_held, view.total_amount) == (False, "500.00")
    assert (await scene.buy(scene.person)).order is not None
