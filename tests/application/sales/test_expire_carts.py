"""Carts past their time are closed once, whoever sweeps."""

import asyncio
from datetime import timedelta

import pytest

from adapters.memory.database import MemoryDatabase
from application.sales.expire_carts import BATCH
from domain.sales.cart import CartStatus
from domain.sales.events import CartExpired
from tests.application.sales.cart_scene import CartScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import FLOOR


@pytest.fixture
def scene(memory: MemoryDatabase) -> CartScene:
    return CartScene(memory)


def expired(scene: CartScene) -> int:
    return sum(isinstance(recorded.event, CartExpired) for recorded in scene.memory.events)


async def test_four_sweepers_close_each_once(scene: CartScene, clock: VirtualClock) -> None:
    people = [scene.somebody() for _ in range(5)]
    for person in people:
        await scene.add(person)
    clock.advance(timedelta(minutes=9))
    young = scene.somebody()
    await scene.add(young)
    clock.advance(timedelta(minutes=1))

    closed = await asyncio.gather(*(scene.expire_carts() for _ in range(4)))

    assert (sum(closed), expired(scene)) == (5, 5)
    assert (await scene.cart(people[0])).status is CartStatus.EXPIRED
    assert (await scene.cart(young)).status is CartStatus.OPEN


async def test_what_it_held_is_for_others(scene: CartScene, clock: VirtualClock) -> None:
    await scene.add(scene.person, FLOOR, 10)
    clock.advance(timedelta(minutes=10))

    await scene.expire_carts()

    assert await scene.units(scene.person) == {}
    await scene.add(scene.somebody(), FLOOR, 10)


async def test_more_than_a_batch(scene: CartScene, clock: VirtualClock) -> None:
    for counter in scene.memory.table("allotment_counters").rows():
        counter.capacity = 1000
        scene.memory.table("allotment_counters").put(counter.allotment_id, counter)
    for _ in range(BATCH + 1):
        await scene.add(scene.somebody())
    clock.advance(timedelta(minutes=10))

    assert await scene.expire_carts() == BATCH + 1
    assert await scene.expire_carts() == 0


async def test_an_ordered_cart_does_not_expire(scene: CartScene, clock: VirtualClock) -> None:
    guest = await scene.add(scene.guest())
    await scene.buy(guest)
    clock.advance(timedelta(minutes=10))

    assert await scene.expire_carts() == 0
    assert (await scene.cart(guest)).status is CartStatus.ORDERED
