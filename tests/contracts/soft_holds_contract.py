"""What carts rely on, wherever their soft holds are kept."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from application.sales.soft_holds import CartHold, HoldRefused, SoftHolds
from domain.shared.ids import AllotmentId, CartId, EventId
from tests.conftest import VirtualClock

FLOOR = AllotmentId(UUID(int=20))
VIP = AllotmentId(UUID(int=21))
TEN_MINUTES = timedelta(minutes=10)
MILLISECOND = timedelta(milliseconds=1)


@dataclass
class Shelf:
    """One event with ten units of each allotment, and carts that are filled in virtual time."""

    holds: SoftHolds
    clock: VirtualClock
    event: EventId
    lose: Callable[[], Awaitable[None]]
    """Everything that was held is gone, as after FLUSHALL."""

    @property
    def room(self) -> AllotmentId:
        return AllotmentId(self.event)

    def wish(
        self,
        cart: CartId,
        units: Mapping[AllotmentId, int],
        *,
        free: int | None = 10,
        lasts: timedelta = TEN_MINUTES,
        event: EventId | None = None,
        anonymous_free: int | None = None,
        is_anonymous: bool = False,
    ) -> CartHold:
        """Any number of `units`, which also fill the room of the event."""
        room = AllotmentId(event or self.event)
        total = sum(units.values())
        return CartHold(
            event_id=event or self.event,
            cart_id=cart,
            units={**units, room: total} if total else {},
            free={**dict.fromkeys(units, free), room: None},
            expires_at=self.clock() + lasts,
            is_anonymous=is_anonymous,
            anonymous_free=anonymous_free,
        )

    async def hold(
        self,
        units: Mapping[AllotmentId, int],
        *,
        cart: CartId | None = None,
        free: int | None = 10,
        lasts: timedelta = TEN_MINUTES,
    ) -> CartId:
        cart = cart or a_cart()
        assert await self.holds.hold(self.wish(cart, units, free=free, lasts=lasts)) is True
        return cart

    async def anonymously(self, units: int, share: int, cart: CartId) -> bool | HoldRefused:
        wish = self.wish(cart, {FLOOR: units}, anonymous_free=share, is_anonymous=True)
        return await self.holds.hold(wish)

    async def held(self) -> Mapping[AllotmentId, int]:
        """What all carts hold, the event's room apart: it is the sum of the rest."""
        found = await self.holds.in_carts({self.event: [FLOOR, VIP, self.room]}, [])
        assert all(units > 0 for units in found.units.values())
        others = {id_: units for id_, units in found.units.items() if id_ != self.room}
        assert found.units.get(self.room, 0) == sum(others.values())
        return others

    async def held_by(self, cart: CartId) -> Mapping[AllotmentId, int]:
        found = await self.holds.held_by(self.event, [cart])
        together = await self.holds.in_carts({self.event: []}, [cart])
        assert found == together.of_cart
        return {id_: n for id_, n in found.get(cart, {}).items() if id_ != self.room}


def a_cart() -> CartId:
    return CartId(uuid4())


class SoftHoldsContract:
    """Promises of soft holds. Subclasses give the fixture `shelf`."""

    async def test_what_a_cart_holds_is_counted(self, shelf: Shelf) -> None:
        one = await shelf.hold({FLOOR: 2, VIP: 1})
        other = await shelf.hold({FLOOR: 3})

        assert await shelf.held() == {FLOOR: 5, VIP: 1}
        assert await shelf.held_by(one) == {FLOOR: 2, VIP: 1}
        assert await shelf.held_by(other) == {FLOOR: 3}
        assert await shelf.holds.held_by(shelf.event, [a_cart()]) == {}

    async def test_all_of_it_or_nothing(self, shelf: Shelf) -> None:
        cart = a_cart()

        refused = await shelf.holds.hold(shelf.wish(cart, {FLOOR: 2, VIP: 11}))

        assert refused == HoldRefused(VIP, None)
        assert await shelf.held() == {}
        assert await shelf.held_by(cart) == {}

    async def test_a_new_hold_replaces_the_former(self, shelf: Shelf) -> None:
        cart = await shelf.hold({FLOOR: 4})

        await shelf.hold({FLOOR: 1, VIP: 2}, cart=cart)

        assert await shelf.held() == {FLOOR: 1, VIP: 2}
        assert await shelf.held_by(cart) == {FLOOR: 1, VIP: 2}

    async def test_a_refused_cart_keeps_what_it_held(self, shelf: Shelf) -> None:
        cart = await shelf.hold({FLOOR: 4})

        refused = await shelf.holds.hold(shelf.wish(cart, {FLOOR: 1, VIP: 11}))

        assert isinstance(refused, HoldRefused)
        assert await shelf.held() == {FLOOR: 4}
        assert await shelf.held_by(cart) == {FLOOR: 4}

    async def test_the_own_hold_is_never_in_the_way(self, shelf: Shelf) -> None:
        cart = await shelf.hold({FLOOR: 10})

        await shelf.hold({FLOOR: 10}, cart=cart)

        assert await shelf.holds.hold(shelf.wish(cart, {FLOOR: 11})) == HoldRefused(FLOOR, None)

    async def test_what_others_hold_is_in_the_way(self, shelf: Shelf) -> None:
        await shelf.hold({VIP: 1}, lasts=timedelta(minutes=1))
        await shelf.hold({FLOOR: 3}, lasts=timedelta(minutes=9))
        await shelf.hold({FLOOR: 3}, lasts=timedelta(minutes=8))
        late = a_cart()

        refused = await shelf.holds.hold(shelf.wish(late, {FLOOR: 5}))

        assert refused == HoldRefused(FLOOR, shelf.clock() + timedelta(minutes=8))
        await shelf.hold({FLOOR: 4}, cart=late)

    async def test_what_is_not_limited_is_held_without_end(self, shelf: Shelf) -> None:
        for _ in range(3):
            await shelf.hold({FLOOR: 1_000_000}, free=None)

        assert await shelf.held() == {FLOOR: 3_000_000}

    async def test_stock_that_shrank_below_what_is_held_refuses(self, shelf: Shelf) -> None:
        await shelf.hold({FLOOR: 10})

        for free in (5, 0, -3):
            refused = await shelf.holds.hold(shelf.wish(a_cart(), {FLOOR: 1}, free=free))
            assert isinstance(refused, HoldRefused)

    async def test_a_hold_ends_to_the_millisecond(self, shelf: Shelf) -> None:
        cart = await shelf.hold({FLOOR: 10})

        shelf.clock.advance(TEN_MINUTES - MILLISECOND)
        assert await shelf.held_by(cart) == await shelf.held() == {FLOOR: 10}
        assert isinstance(await shelf.holds.hold(shelf.wish(a_cart(), {FLOOR: 1})), HoldRefused)

        shelf.clock.advance(MILLISECOND)
        assert await shelf.held_by(cart) == await shelf.held() == {}
        await shelf.hold({FLOOR: 10})

    async def test_two_hundred_carts_and_ten_units(self, shelf: Shelf) -> None:
        carts = [a_cart() for _ in range(200)]

        answers = await asyncio.gather(
            *(shelf.holds.hold(shelf.wish(cart, {FLOOR: 1})) for cart in carts)
        )

        assert sum(answer is True for answer in answers) == 10
        assert sum(isinstance(answer, HoldRefused) for answer in answers) == 190
        assert await shelf.held() == {FLOOR: 10}
        assert len(await shelf.holds.held_by(shelf.event, carts)) == 10

    async def test_one_cart_changed_two_hundred_times_at_once_is_whole(self, shelf: Shelf) -> None:
        cart = a_cart()

        await asyncio.gather(*(shelf.hold({FLOOR: n % 10 + 1}, cart=cart) for n in range(200)))

        assert await shelf.held() == await shelf.held_by(cart)

    async def test_an_extended_hold_lasts_as_long_as_it_says(self, shelf: Shelf) -> None:
        cart = await shelf.hold({FLOOR: 2})
        later = shelf.clock() + 2 * TEN_MINUTES

        assert await shelf.holds.extend(shelf.event, cart, later) is True

        shelf.clock.advance(2 * TEN_MINUTES - MILLISECOND)
        assert await shelf.held() == {FLOOR: 2}
        shelf.clock.advance(MILLISECOND)
        assert await shelf.held() == {}

    async def test_an_extension_never_shortens(self, shelf: Shelf) -> None:
        cart = await shelf.hold({FLOOR: 2})

        assert await shelf.holds.extend(shelf.event, cart, shelf.clock() + MILLISECOND) is True

        shelf.clock.advance(TEN_MINUTES - MILLISECOND)
        assert await shelf.held_by(cart) == {FLOOR: 2}

    async def test_a_replaced_hold_ends_when_the_new_one_says(self, shelf: Shelf) -> None:
        cart = await shelf.hold({FLOOR: 2})
        await shelf.hold({FLOOR: 3}, cart=cart, lasts=timedelta(minutes=1))

        shelf.clock.advance(timedelta(minutes=1))

        assert await shelf.held() == {}

    async def test_what_is_over_is_not_extended(self, shelf: Shelf) -> None:
        cart = await shelf.hold({FLOOR: 2})
        shelf.clock.advance(TEN_MINUTES)
        later = shelf.clock() + TEN_MINUTES

        assert await shelf.holds.extend(shelf.event, cart, later) is False
        assert await shelf.holds.extend(shelf.event, a_cart(), later) is False

        assert await shelf.held() == await shelf.held_by(cart) == {}

    async def test_a_hold_that_is_over_before_it_begins_holds_nothing(self, shelf: Shelf) -> None:
        cart = await shelf.hold({FLOOR: 2})
        wish = shelf.wish(cart, {FLOOR: 3}, lasts=timedelta(0))

        assert await shelf.holds.hold(wish) is False

        assert await shelf.held() == await shelf.held_by(cart) == {}

    async def test_an_empty_cart_holds_nothing(self, shelf: Shelf) -> None:
        cart = await shelf.hold({FLOOR: 2})

        await shelf.hold({}, cart=cart)

        assert await shelf.held() == await shelf.held_by(cart) == {}

    async def test_dropped_carts_let_go_once(self, shelf: Shelf) -> None:
        gone, kept = await shelf.hold({FLOOR: 2}), await shelf.hold({FLOOR: 3})

        for _ in range(2):
            await shelf.holds.drop({gone: shelf.event, a_cart(): shelf.event})
            assert await shelf.held() == {FLOOR: 3}

        assert await shelf.held_by(gone) == {}
        assert await shelf.held_by(kept) == {FLOOR: 3}
        await shelf.holds.drop({})

    async def test_events_are_counted_apart_and_read_together(self, shelf: Shelf) -> None:
        elsewhere, empty = EventId(uuid4()), EventId(uuid4())
        here, there = await shelf.hold({FLOOR: 2}), a_cart()
        assert await shelf.holds.hold(shelf.wish(there, {VIP: 9}, event=elsewhere)) is True

        wanted = {shelf.event: [FLOOR], elsewhere: [VIP], empty: [AllotmentId(empty)]}
        found = await shelf.holds.in_carts(wanted, [here, there, a_cart()])

        assert found.units == {FLOOR: 2, VIP: 9}
        assert found.of_cart == {
            here: {FLOOR: 2, shelf.room: 2},
            there: {VIP: 9, AllotmentId(elsewhere): 9},
        }
        assert found.first_end.keys() == {shelf.event, elsewhere}
        await shelf.holds.drop({here: shelf.event, there: elsewhere})
        gone = await shelf.holds.in_carts(wanted, [here, there])
        assert (gone.units, gone.first_end) == ({}, {})

    async def test_it_is_told_when_the_first_cart_lets_go(self, shelf: Shelf) -> None:
        await shelf.hold({FLOOR: 2}, lasts=TEN_MINUTES)
        soon = await shelf.hold({FLOOR: 1}, lasts=TEN_MINUTES / 2)
        wanted = {shelf.event: [FLOOR]}

        first = (await shelf.holds.in_carts(wanted, [])).first_end[shelf.event]
        await shelf.holds.drop({soon: shelf.event})
        then = (await shelf.holds.in_carts(wanted, [])).first_end[shelf.event]

        assert then - first > TEN_MINUTES / 4

    async def test_nothing_asked_nothing_said(self, shelf: Shelf) -> None:
        found = await shelf.holds.in_carts({}, [])

        assert (found.units, found.of_cart) == ({}, {})

    async def test_anonymous_carts_share_a_part(self, shelf: Shelf) -> None:
        first, second, known = a_cart(), a_cart(), a_cart()
        assert await shelf.anonymously(2, 3, first) is True

        refused = await shelf.anonymously(2, 3, second)

        assert refused == HoldRefused(None, shelf.clock() + TEN_MINUTES)
        assert await shelf.anonymously(1, 3, second) is True
        assert await shelf.anonymously(2, 3, first) is True
        await shelf.hold({FLOOR: 7}, cart=known)
        assert await shelf.held() == {FLOOR: 10}

    async def test_whoever_signs_in_leaves_the_anonymous_share(self, shelf: Shelf) -> None:
        signs_in, next_one = a_cart(), a_cart()
        assert await shelf.anonymously(3, 3, signs_in) is True
        assert isinstance(await shelf.anonymously(1, 3, next_one), HoldRefused)

        await shelf.hold({FLOOR: 3}, cart=signs_in)

        assert await shelf.anonymously(3, 3, next_one) is True

    async def test_the_anonymous_share_comes_back_with_time(self, shelf: Shelf) -> None:
        dropped = a_cart()
        assert await shelf.anonymously(3, 3, a_cart()) is True
        shelf.clock.advance(TEN_MINUTES)
        assert await shelf.anonymously(3, 3, dropped) is True
        assert isinstance(await shelf.anonymously(1, 3, a_cart()), HoldRefused)

        await shelf.holds.drop({dropped: shelf.event})

        assert await shelf.anonymously(3, 3, a_cart()) is True

    async def test_the_stock_is_named_before_the_share(self, shelf: Shelf) -> None:
        refused = await shelf.anonymously(11, 3, a_cart())

        assert refused == HoldRefused(FLOOR, None)

    async def test_more_carts_than_one_look_forgets_run_out_at_once(self, shelf: Shelf) -> None:
        for _ in range(12):
            await asyncio.gather(*(shelf.hold({FLOOR: 1}, free=None) for _ in range(100)))
        stays = await shelf.hold({FLOOR: 1}, free=None, lasts=2 * TEN_MINUTES)
        assert await shelf.held() == {FLOOR: 1201}

        shelf.clock.advance(TEN_MINUTES)

        assert isinstance(await shelf.holds.hold(shelf.wish(a_cart(), {FLOOR: 10})), HoldRefused)
        await shelf.hold({FLOOR: 9})
        assert await shelf.held() == {FLOOR: 10}
        assert await shelf.held_by(stays) == {FLOOR: 1}

    async def test_after_a_loss_counting_begins_at_nothing(self, shelf: Shelf) -> None:
        before = await shelf.hold({FLOOR: 10})
        await shelf.lose()

        assert await shelf.held() == await shelf.held_by(before) == {}
        until = shelf.clock() + TEN_MINUTES
        assert await shelf.holds.extend(shelf.event, before, until) is False
        after = await shelf.hold({FLOOR: 4})
        await shelf.holds.drop({before: shelf.event})
        assert await shelf.held() == {FLOOR: 4}
        await shelf.hold({FLOOR: 6}, cart=before)
        assert await shelf.held() == {FLOOR: 10}
        await shelf.holds.drop({before: shelf.event, after: shelf.event})
        assert await shelf.held() == {}

    async def test_a_cart_forgotten_in_a_loss_does_not_run_out_later(self, shelf: Shelf) -> None:
        await shelf.hold({FLOOR: 10}, lasts=timedelta(minutes=1))
        await shelf.lose()
        await shelf.hold({FLOOR: 4})

        shelf.clock.advance(timedelta(minutes=1))

        assert await shelf.held() == {FLOOR: 4}
