"""The contract of soft holds in memory, in Valkey, and on adapters that were broken on purpose."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from redis.asyncio import Redis

from adapters.memory.sales.soft_holds import MemorySoftHolds, _Event
from adapters.redis.door import CacheDoor
from adapters.redis.soft_holds import RedisSoftHolds, _keys
from application.sales.soft_holds import CartHold, HoldRefused, SoftHolds
from domain.shared.ids import AllotmentId, CartId, EventId
from tests.conftest import VirtualClock
from tests.contracts.soft_holds_contract import FLOOR, VIP, Shelf, SoftHoldsContract, a_cart


def patient_door(redis_url: str) -> CacheDoor:
    """The promises are about holds; a slow machine should not look like a lost cache."""
    return CacheDoor(redis_url, connect_seconds=10, answer_seconds=20)


def memory_shelf(clock: VirtualClock, kind: type[MemorySoftHolds] = MemorySoftHolds) -> Shelf:
    holds = kind(clock)

    async def lose() -> None:
        MemorySoftHolds.__init__(holds, clock)

    return Shelf(holds, clock, EventId(uuid4()), lose)


async def delete_all(redis_url: str, event: EventId) -> None:
    async with Redis.from_url(redis_url) as client:
        await client.delete(*_keys(event))


class TestMemorySoftHolds(SoftHoldsContract):
    @pytest.fixture
    def shelf(self, clock: VirtualClock) -> Shelf:
        return memory_shelf(clock)


class TestRedisSoftHolds(SoftHoldsContract):
    @pytest_asyncio.fixture
    async def shelf(self, redis_url: str, clock: VirtualClock) -> AsyncIterator[Shelf]:
        door = patient_door(redis_url)
        event = EventId(uuid4())
        yield Shelf(RedisSoftHolds(door, clock), clock, event, lambda: delete_all(redis_url, event))
        await door.close()


class LeaksOnRefusal(MemorySoftHolds):
    """What a refused cart held is gone."""

    async def hold(self, wanted: CartHold) -> bool | HoldRefused:
        answer = await super().hold(wanted)
        if isinstance(answer, HoldRefused):
            self._forget(wanted.event_id, wanted.cart_id)
        return answer


class HoldsInParts(MemorySoftHolds):
    async def hold(self, wanted: CartHold) -> bool | HoldRefused:
        answer: bool | HoldRefused = True
        for index in range(len(wanted.units)):
            units = dict(list(wanted.units.items())[: index + 1])
            answer = await super().hold(
                CartHold(
                    event_id=wanted.event_id,
                    cart_id=wanted.cart_id,
                    units=units,
                    free=wanted.free,
                    expires_at=wanted.expires_at,
                )
            )
            if isinstance(answer, HoldRefused):
                break
        return answer


class ForgetsExpiry(MemorySoftHolds):
    def _forget_the_dead(self) -> int:
        self._ends.clear()
        return super()._forget_the_dead()


class ExpiresASecondLate(MemorySoftHolds):
    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(lambda: clock() - timedelta(seconds=1))


class CountsOwnHold(MemorySoftHolds):
    def _refusal(self, event: _Event, wanted: CartHold) -> HoldRefused | None:
        others = _Event({}, event.units, event.anonymous)
        return super()._refusal(others, wanted)


class ExtendsTheDead(MemorySoftHolds):
    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self._ever: dict[CartId, CartHold] = {}

    async def hold(self, wanted: CartHold) -> bool | HoldRefused:
        self._ever[wanted.cart_id] = wanted
        return await super().hold(wanted)

    async def extend(self, event_id: EventId, cart_id: CartId, expires_at: datetime) -> bool:
        if not await super().extend(event_id, cart_id, expires_at) and cart_id in self._ever:
            former = self._ever[cart_id]
            await super().hold(
                CartHold(
                    event_id=event_id,
                    cart_id=cart_id,
                    units=former.units,
                    free=former.free,
                    expires_at=expires_at,
                )
            )
        return cart_id in self._ever


class Shortens(MemorySoftHolds):
    async def extend(self, event_id: EventId, cart_id: CartId, expires_at: datetime) -> bool:
        if event_id in self._events and cart_id in self._events[event_id].carts:
            self._events[event_id].carts[cart_id].until = 0
        return await super().extend(event_id, cart_id, expires_at)


class NeverSubtracts(MemorySoftHolds):
    """The cart is forgotten; the total keeps what it held."""

    def _forget(self, event_id: EventId, cart_id: CartId) -> None:
        event = self._events.get(event_id)
        if event is not None:
            event.carts.pop(cart_id, None)


class SubtractsTwice(MemorySoftHolds):
    def _forget(self, event_id: EventId, cart_id: CartId) -> None:
        event = self._events.get(event_id)
        cart = event.carts.get(cart_id) if event else None
        super()._forget(event_id, cart_id)
        if event is not None and cart is not None:
            event.units.subtract(cart.units)


class LooksThenHolds(MemorySoftHolds):
    """Two steps, and others walk between them."""

    async def hold(self, wanted: CartHold) -> bool | HoldRefused:
        event = self._events.get(wanted.event_id) or _Event()
        refusal = self._refusal(event, wanted)
        await asyncio.sleep(0)
        if refusal is not None:
            return refusal
        return await super().hold(
            CartHold(
                event_id=wanted.event_id,
                cart_id=wanted.cart_id,
                units=wanted.units,
                free={},
                expires_at=wanted.expires_at,
            )
        )


class SharesNothing(MemorySoftHolds):
    """The anonymous share is everybody's."""

    def _refusal(self, event: _Event, wanted: CartHold) -> HoldRefused | None:
        refusal = super()._refusal(event, wanted)
        return refusal if refusal and refusal.allotment_id else None


@asynccontextmanager
async def _is_caught() -> AsyncIterator[None]:
    try:
        yield
    except (AssertionError, pytest.fail.Exception):
        return
    pytest.fail("The saboteur was not caught.")


PROMISE_THAT_CATCHES = {
    LeaksOnRefusal: SoftHoldsContract.test_a_refused_cart_keeps_what_it_held,
    HoldsInParts: SoftHoldsContract.test_all_of_it_or_nothing,
    ForgetsExpiry: SoftHoldsContract.test_a_hold_ends_to_the_millisecond,
    ExpiresASecondLate: SoftHoldsContract.test_a_hold_ends_to_the_millisecond,
    CountsOwnHold: SoftHoldsContract.test_the_own_hold_is_never_in_the_way,
    ExtendsTheDead: SoftHoldsContract.test_what_is_over_is_not_extended,
    Shortens: SoftHoldsContract.test_an_extension_never_shortens,
    NeverSubtracts: SoftHoldsContract.test_dropped_carts_let_go_once,
    SubtractsTwice: SoftHoldsContract.test_dropped_carts_let_go_once,
    LooksThenHolds: SoftHoldsContract.test_two_hundred_carts_and_ten_units,
    SharesNothing: SoftHoldsContract.test_anonymous_carts_share_a_part,
}


class TestSaboteurs:
    """Each promise that guards against a fault has been seen to catch it."""

    @pytest.mark.parametrize("saboteur", PROMISE_THAT_CATCHES, ids=lambda kind: kind.__name__)
    async def test_it_is_caught(self, clock: VirtualClock, saboteur: type[MemorySoftHolds]) -> None:
        async with _is_caught():
            await PROMISE_THAT_CATCHES[saboteur](SoftHoldsContract(), memory_shelf(clock, saboteur))

    async def test_leaving_the_evicted_half_is_caught(
        self, redis_url: str, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What one lost key would do if the scripts did not look for it."""
        door = patient_door(redis_url)
        event = EventId(uuid4())

        async def lose_the_totals() -> None:
            async with Redis.from_url(redis_url) as client:
                await client.delete(_keys(event)[2])

        shelf = Shelf(RedisSoftHolds(door, clock), clock, event, lose_the_totals)
        await SoftHoldsContract().test_after_a_loss_counting_begins_at_nothing(shelf)

        for name in ("HOLD", "EXTEND", "DROP", "READ"):
            script = getattr(__import__("adapters.redis.soft_holds", fromlist=[name]), name)
            blind = script.replace("there == 1 or there == 2", "false").replace(
                "there == 3", "there > 0"
            )
            assert blind != script
            monkeypatch.setattr(f"adapters.redis.soft_holds.{name}", blind)
        shelf.event = event = EventId(uuid4())
        async with _is_caught():
            await SoftHoldsContract().test_after_a_loss_counting_begins_at_nothing(shelf)
        await door.close()


class HoldsMachine(RuleBasedStateMachine):
    """Memory and Valkey are told the same and answer the same, step by step."""

    redis_url = ""
    memory_kind: type[MemorySoftHolds] = MemorySoftHolds
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.clock = VirtualClock()
        self.door = patient_door(self.redis_url)
        self.memory = self.memory_kind(self.clock)
        self.valkey = RedisSoftHolds(self.door, self.clock)
        self.event = EventId(uuid4())
        self.carts = [a_cart() for _ in range(4)]

    def teardown(self) -> None:
        self.loop.run_until_complete(self.door.close())

    def ask(self, name: str, *args: object) -> object:
        """The same of both; what they answer is the same."""

        async def both() -> tuple[object, object]:
            stores: tuple[SoftHolds, SoftHolds] = (self.memory, self.valkey)
            one, other = [await getattr(store, name)(*args) for store in stores]
            return one, other

        one, other = self.loop.run_until_complete(both())
        assert one == other
        return one

    @initialize()
    def begin(self) -> None:
        assert self.ask("held_by", self.event, []) == {}

    @rule(
        cart=st.integers(0, 3),
        floor=st.integers(0, 4),
        vip=st.integers(0, 4),
        free=st.sampled_from([None, 0, 4, 6, 10]),
        seconds=st.sampled_from([0, 1, 10, 30]),
        share=st.sampled_from([None, None, 2, 5]),
        is_anonymous=st.booleans(),
    )
    def hold(
        self,
        cart: int,
        floor: int,
        vip: int,
        free: int | None,
        seconds: int,
        share: int | None,
        is_anonymous: bool,
    ) -> None:
        room = AllotmentId(self.event)
        units = {id_: n for id_, n in ((FLOOR, floor), (VIP, vip), (room, floor + vip)) if n}
        wanted = CartHold(
            event_id=self.event,
            cart_id=self.carts[cart],
            units=units,
            free={FLOOR: free, VIP: 5, room: 12},
            expires_at=self.clock() + timedelta(seconds=seconds),
            is_anonymous=is_anonymous,
            anonymous_free=share,
        )
        self.ask("hold", wanted)

    @rule(cart=st.integers(0, 3), seconds=st.integers(0, 60))
    def extend(self, cart: int, seconds: int) -> None:
        self.ask("extend", self.event, self.carts[cart], self.clock() + timedelta(seconds=seconds))

    @rule(cart=st.integers(0, 3))
    def drop(self, cart: int) -> None:
        self.ask("drop", {self.carts[cart]: self.event})

    @rule(milliseconds=st.sampled_from([1, 999, 1_000, 5_000, 30_000]))
    def wait(self, milliseconds: int) -> None:
        self.clock.advance(timedelta(milliseconds=milliseconds))

    @rule()
    def lose_everything(self) -> None:
        MemorySoftHolds.__init__(self.memory, self.clock)
        self.loop.run_until_complete(delete_all(self.redis_url, self.event))

    @invariant()
    def both_say_the_same(self) -> None:
        room = AllotmentId(self.event)
        found = self.ask("in_carts", {self.event: [FLOOR, VIP, room]}, self.carts)
        units, of_cart = found.units, found.of_cart  # type: ignore[attr-defined]
        for id_ in (FLOOR, VIP, room):
            assert units.get(id_, 0) == sum(held.get(id_, 0) for held in of_cart.values())


def run_machine(
    redis_url: str, memory_kind: type[MemorySoftHolds] = MemorySoftHolds, **more: Any
) -> None:
    loop = asyncio.new_event_loop()
    members = {"redis_url": redis_url, "loop": loop, "memory_kind": memory_kind}
    chosen = settings(
        max_examples=40,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
    try:
        run_state_machine_as_test(type("Machine", (HoldsMachine,), members), settings=chosen)
    finally:
        loop.close()


def test_memory_and_valkey_agree_step_by_step(redis_url: str) -> None:
    run_machine(redis_url)


@pytest.mark.parametrize("saboteur", [NeverSubtracts, CountsOwnHold], ids=lambda k: k.__name__)
def test_the_machine_tells_them_apart(redis_url: str, saboteur: type[MemorySoftHolds]) -> None:
    with pytest.raises(AssertionError):
        run_machine(redis_url, saboteur, database=None, phases=[Phase.generate])
