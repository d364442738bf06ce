"""Soft holds where Valkey is slow to forget, short of memory, read-only or gone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from adapters.redis.door import CacheDoor, ScriptCall
from adapters.redis.soft_holds import RedisSoftHolds, _keys
from application.sales.soft_holds import CartHold
from domain.sales.allotment import Allotment
from domain.sales.box_office import Claim, decide_orders
from domain.sales.order import Buyer, Order
from domain.shared.ids import AllotmentId, CartId, EventId, OrderId
from tests.conftest import VirtualClock
from tests.contracts.soft_holds_contract import FLOOR, TEN_MINUTES, Shelf, a_cart
from tests.domain.sales import builders
from tests.valkey import OwnValkey


class CountingDoor(CacheDoor):
    """As patient as a slow machine needs; `trips` counts the round trips."""

    def __init__(self, url: str) -> None:
        super().__init__(url, connect_seconds=10, answer_seconds=20)
        self.trips = 0

    async def run_each(self, script: str, calls: Sequence[ScriptCall]) -> list[Any]:
        self.trips += 1
        return await super().run_each(script, calls)

    async def count(self, keys: Sequence[str]) -> int:
        self.trips += 1
        return await super().count(keys)


@pytest_asyncio.fixture(loop_scope="session")
async def door(own_valkey: OwnValkey) -> AsyncIterator[CountingDoor]:
    door = CountingDoor(own_valkey.url)
    yield door
    await door.close()


@pytest.fixture
def shelf(door: CountingDoor, own_valkey: OwnValkey, clock: VirtualClock) -> Shelf:
    async def lose() -> None:
        own_valkey.tell("FLUSHALL")

    return Shelf(RedisSoftHolds(door, clock), clock, EventId(uuid4()), lose)


def holding(event: EventId, cart: CartId, units: int, until: datetime) -> CartHold:
    return CartHold(
        event_id=event, cart_id=cart, units={FLOOR: units}, free={FLOOR: 10}, expires_at=until
    )


def said(valkey: OwnValkey, name: str) -> int:
    [line] = [li for li in valkey.tell("INFO everything").splitlines() if li.startswith(f"{name}:")]
    return int(line.partition(":")[2])


async def test_time_is_the_servers_own(door: CountingDoor) -> None:
    holds = RedisSoftHolds(door)
    event, cart, brief = EventId(uuid4()), a_cart(), a_cart()
    now = datetime.now(UTC)
    assert await holds.hold(holding(event, cart, 2, now + TEN_MINUTES)) is True
    assert await holds.hold(holding(event, a_cart(), 1, now - timedelta(seconds=1))) is False
    ends = datetime.now(UTC) + timedelta(milliseconds=200)
    assert await holds.hold(holding(event, brief, 1, ends)) is True

    async with asyncio.timeout(10):
        while await holds.held_by(event, [brief]):  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    assert datetime.now(UTC) >= ends
    assert (await holds.in_carts({event: [FLOOR]}, [])).units == {FLOOR: 2}


async def test_keys_vanish_with_the_last_cart_or_by_themselves(
    shelf: Shelf, own_valkey: OwnValkey
) -> None:
    cart = await shelf.hold({FLOOR: 2})
    assert await shelf.holds.extend(shelf.event, cart, shelf.clock() + 2 * TEN_MINUTES)

    for key in _keys(shelf.event):
        left = int(own_valkey.tell(f"TTL {key}").removeprefix(":"))
        assert 3600 < left <= 3600 + 1200

    await shelf.holds.drop({cart: shelf.event})
    assert own_valkey.tell("DBSIZE") == ":0"


async def test_a_batch_of_many_events_costs_one_round_trip_or_two(
    shelf: Shelf, door: CountingDoor
) -> None:
    wanted = {event: [FLOOR] for event in (*(EventId(uuid4()) for _ in range(50)), shelf.event)}
    assert (await shelf.holds.in_carts(wanted, [])).units == {}
    assert door.trips == 1  # On the hottest path, where nobody uses carts.

    cart = await shelf.hold({FLOOR: 2})
    door.trips = 0
    assert (await shelf.holds.in_carts(wanted, [cart])).units == {FLOOR: 2}
    assert door.trips == 2

    door.trips = 0
    assert (await shelf.holds.in_carts({shelf.event: [FLOOR]}, [cart])).units == {FLOOR: 2}
    await shelf.holds.drop({a_cart(): event for event in wanted})
    assert door.trips == 2


@pytest.mark.parametrize("lost", [0, 1, 2], ids=["until", "carts", "units"])
async def test_one_evicted_key_takes_the_others_along(
    shelf: Shelf, own_valkey: OwnValkey, lost: int
) -> None:
    """RD-03: what is left of a hold that was half evicted is not believed."""
    before = await shelf.hold({FLOOR: 10})
    own_valkey.tell(f"DEL {_keys(shelf.event)[lost]}")

    assert await shelf.held() == await shelf.held_by(before) == {}
    await shelf.hold({FLOOR: 10})
    await shelf.holds.drop({before: shelf.event})
    assert await shelf.held() == {FLOOR: 10}


async def test_an_evicting_server_forgets_but_never_miscounts(
    shelf: Shelf, own_valkey: OwnValkey
) -> None:
    """RD-03 with eviction: every total is what the carts that are left hold."""
    events = [EventId(uuid4()) for _ in range(100)]
    carts = [a_cart() for _ in events]
    own_valkey.tell("CONFIG SET maxmemory-policy allkeys-random")
    for _ in range(3):  # The first time, memory is without limit.
        for event, cart in zip(events, carts, strict=True):
            await shelf.holds.hold(shelf.wish(cart, {FLOOR: 3}, event=event))
        own_valkey.tell(f"CONFIG SET maxmemory {said(own_valkey, 'used_memory') - 20_000}")

    assert said(own_valkey, "evicted_keys") > 0, "The test has not tested anything."
    own_valkey.tell("CONFIG SET maxmemory 0")
    for event, cart in zip(events, carts, strict=True):
        found = await shelf.holds.in_carts({event: [FLOOR]}, [cart])
        assert found.units.get(FLOOR, 0) == found.of_cart.get(cart, {}).get(FLOOR, 0)
        assert await shelf.holds.hold(shelf.wish(a_cart(), {FLOOR: 7}, event=event)) is True


async def test_a_full_server_holds_nothing_new_and_lets_go_of_the_old(
    shelf: Shelf, own_valkey: OwnValkey
) -> None:
    """RD-03: `OOM command not allowed`."""
    goes, stays = await shelf.hold({FLOOR: 4}), await shelf.hold({FLOOR: 2}, lasts=2 * TEN_MINUTES)
    own_valkey.tell("CONFIG SET maxmemory 1")

    assert await shelf.holds.hold(shelf.wish(a_cart(), {FLOOR: 1})) is False
    assert await shelf.held() == {FLOOR: 6}
    await shelf.holds.drop({goes: shelf.event})
    assert await shelf.held() == {FLOOR: 2}
    shelf.clock.advance(2 * TEN_MINUTES)
    assert await shelf.held() == await shelf.held_by(stays) == {}

    own_valkey.tell("CONFIG SET maxmemory 0")
    await shelf.hold({FLOOR: 10})


async def nothing_is_held_and_nothing_is_raised(shelf: Shelf, cart: CartId) -> None:
    assert await shelf.holds.hold(shelf.wish(cart, {FLOOR: 1})) is False
    assert await shelf.holds.extend(shelf.event, cart, shelf.clock() + TEN_MINUTES) is False
    assert await shelf.held() == await shelf.held_by(cart) == {}
    await shelf.holds.drop({cart: shelf.event})


async def test_a_lost_server_holds_nothing(shelf: Shelf, own_valkey: OwnValkey) -> None:
    cart = await shelf.hold({FLOOR: 1})
    own_valkey.kill()

    for _ in range(3):
        await nothing_is_held_and_nothing_is_raised(shelf, cart)


async def test_a_server_that_loads_or_is_busy_holds_nothing(
    shelf: Shelf, own_valkey: OwnValkey
) -> None:
    """The keys hold something else: any error of the server, here WRONGTYPE, is its absence."""
    cart = a_cart()
    for key in _keys(shelf.event):
        own_valkey.tell(f"SET {key} nonsense")

    await nothing_is_held_and_nothing_is_raised(shelf, cart)


async def test_a_replica_holds_nothing(shelf: Shelf, own_valkey: OwnValkey) -> None:
    """RD-04: the address now leads to a server that takes no writes."""
    own_valkey.tell("REPLICAOF 127.0.0.1 1")

    assert await shelf.holds.hold(shelf.wish(a_cart(), {FLOOR: 1})) is False


async def units_ordered_after(shelf: Shelf, *, is_lost: bool) -> int:
    """RD-04: two carts want all ten units; what the first held may get lost before the second
    comes; then whoever holds a cart orders, in one batch.
    """
    first, second = a_cart(), a_cart()
    answers = {first: await shelf.holds.hold(shelf.wish(first, {FLOOR: 10}))}
    if is_lost:
        await shelf.lose()
    answers[second] = await shelf.holds.hold(shelf.wish(second, {FLOOR: 10}))
    buyers = [cart for cart, answer in answers.items() if answer is True]
    held = await shelf.holds.in_carts({shelf.event: [FLOOR]}, buyers)
    claims = [
        Claim(
            order_id=OrderId(uuid4()),
            number="A",
            buyer=Buyer(id=None, name="Ada", email=f"{cart}@example.com"),
            quote=builders.a_quote({builders.FLOOR: 10}),
            cart_id=cart,
            in_cart=held.of_cart.get(cart, {}),
        )
        for cart in reversed(buyers)  # Who lost the hold comes last, to stock that is gone.
    ]
    stock = {
        id_: Allotment(organization_id=builders.ORG, id=id_, capacity=10)
        for id_ in (FLOOR, AllotmentId(builders.EVENT))
    }
    decisions = decide_orders(
        claims,
        stock,
        builders.identities(),
        now=builders.NOON,
        hold_for=TEN_MINUTES,
        in_carts=held.units,
    )
    ordered = sum(isinstance(outcome, Order) for outcome in decisions.outcomes) * 10
    assert ordered == stock[FLOOR].held
    assert ordered <= 10, "Oversold."
    return ordered


@pytest.mark.parametrize("is_lost", [False, True])
async def test_lost_holds_never_oversell(shelf: Shelf, is_lost: bool) -> None:
    assert await units_ordered_after(shelf, is_lost=is_lost) == 10


async def test_a_box_office_that_only_trusts_carts_would_be_caught(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hold_whatever(draws: Any, stock: Any, **_: Any) -> None:
        for draw in draws:
            stock[draw.allotment_id].held += draw.units

    monkeypatch.setattr("domain.sales.box_office.hold_all", hold_whatever)

    assert await units_ordered_after(shelf, is_lost=False) == 10  # It looks right for long.
    shelf.event = EventId(uuid4())
    with pytest.raises(AssertionError, match="Oversold"):
        await units_ordered_after(shelf, is_lost=True)
