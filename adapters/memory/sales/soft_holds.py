"""Soft holds in this process: for tests, and where no Redis is configured."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

from application.sales.ports import InCarts
from application.sales.soft_holds import CartHold, HoldRefused
from application.shared.clock import Clock
from domain.shared.ids import AllotmentId, CartId, EventId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(slots=True)
class _Cart:
    units: dict[AllotmentId, int]
    anonymous: int
    until: int


@dataclass(slots=True)
class _Event:
    carts: dict[CartId, _Cart] = field(default_factory=dict)
    units: Counter[AllotmentId] = field(default_factory=Counter)
    anonymous: int = 0


class MemorySoftHolds:
    """The same promises as RedisSoftHolds, kept for the carts of one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: dict[EventId, _Event] = {}
        self._ends: list[tuple[int, EventId, CartId]] = []
        """A heap; an entry whose cart was extended, replaced or dropped since means nothing."""

    async def hold(self, wanted: CartHold) -> bool | HoldRefused:
        assert all(units > 0 for units in wanted.units.values())
        now = self._forget_the_dead()
        event = self._events.get(wanted.event_id) or _Event()
        refusal = self._refusal(event, wanted)
        if refusal is not None:
            return refusal
        self._forget(wanted.event_id, wanted.cart_id)
        until = _milliseconds(wanted.expires_at)
        if until <= now:
            return False
        if wanted.units:
            of_event = wanted.units.get(AllotmentId(wanted.event_id), 0)
            anonymous = of_event if wanted.is_anonymous else 0
            cart = _Cart(dict(wanted.units), anonymous, until)
            self._remember(wanted.event_id, wanted.cart_id, cart)
        return True

    async def extend(self, event_id: EventId, cart_id: CartId, expires_at: datetime) -> bool:
        self._forget_the_dead()
        event = self._events.get(event_id)
        if event is None or cart_id not in event.carts:
            return False
        cart = event.carts[cart_id]
        cart.until = max(cart.until, _milliseconds(expires_at))
        heappush(self._ends, (cart.until, event_id, cart_id))
        return True

    async def drop(self, carts: Mapping[CartId, EventId]) -> None:
        self._forget_the_dead()
        for cart_id, event_id in carts.items():
            self._forget(event_id, cart_id)

    async def in_carts(
        self, wanted: Mapping[EventId, Collection[AllotmentId]], carts: Collection[CartId]
    ) -> InCarts:
        self._forget_the_dead()
        units: Counter[AllotmentId] = Counter()
        of_cart: dict[CartId, Mapping[AllotmentId, int]] = {}
        first_end: dict[EventId, datetime] = {}
        for event_id, allotments in wanted.items():
            event = self._events.get(event_id)
            if event is not None:
                units.update({id_: event.units[id_] for id_ in allotments if id_ in event.units})
                of_cart |= _of_carts(event, carts)
                if event.carts:
                    ends = min(cart.until for cart in event.carts.values())
                    first_end[event_id] = _EPOCH + ends * _MILLISECOND
        return InCarts(dict(units), of_cart, first_end)

    async def held_by(
        self, event_id: EventId, carts: Collection[CartId]
    ) -> dict[CartId, Mapping[AllotmentId, int]]:
        self._forget_the_dead()
        event = self._events.get(event_id)
        return {} if event is None else _of_carts(event, carts)

    def _refusal(self, event: _Event, wanted: CartHold) -> HoldRefused | None:
        """The cart's own hold never counts against it."""
        mine = event.carts.get(wanted.cart_id) or _Cart({}, 0, 0)
        for allotment_id, units in wanted.units.items():
            free = wanted.free.get(allotment_id)
            others = event.units[allotment_id] - mine.units.get(allotment_id, 0)
            if free is not None and units > max(free, 0) - others:
                return HoldRefused(allotment_id, _first_to_let_go(event, wanted, allotment_id))
        of_event = wanted.units.get(AllotmentId(wanted.event_id), 0)
        if not wanted.is_anonymous or not of_event or wanted.anonymous_free is None:
            return None
        if of_event > max(wanted.anonymous_free, 0) - (event.anonymous - mine.anonymous):
            return HoldRefused(None, _first_to_let_go(event, wanted, None))
        return None

    def _forget_the_dead(self) -> int:
        now = _milliseconds(self._clock())
        while self._ends and self._ends[0][0] <= now:
            until, event_id, cart_id = heappop(self._ends)
            event = self._events.get(event_id)
            cart = event.carts.get(cart_id) if event else None
            if cart is not None and cart.until == until:
                self._forget(event_id, cart_id)
        return now

    def _remember(self, event_id: EventId, cart_id: CartId, cart: _Cart) -> None:
        event = self._events.setdefault(event_id, _Event())
        event.carts[cart_id] = cart
        event.units.update(cart.units)
        event.anonymous += cart.anonymous
        heappush(self._ends, (cart.until, event_id, cart_id))

    def _forget(self, event_id: EventId, cart_id: CartId) -> None:
        event = self._events.get(event_id)
        if event is None or cart_id not in event.carts:
            return
        cart = event.carts.pop(cart_id)
        event.units = +(event.units - Counter(cart.units))
        event.anonymous -= cart.anonymous
        if not event.carts:
            del self._events[event_id]


def _first_to_let_go(
    event: _Event, wanted: CartHold, allotment_id: AllotmentId | None
) -> datetime | None:
    """The first of the other carts that hold it."""
    ends = [
        cart.until
        for cart_id, cart in event.carts.items()
        if cart_id != wanted.cart_id
        and (allotment_id in cart.units if allotment_id else cart.anonymous)
    ]
    return _EPOCH + min(ends) * _MILLISECOND if ends else None


def _of_carts(event: _Event, carts: Collection[CartId]) -> dict[CartId, Mapping[AllotmentId, int]]:
    return {id_: dict(event.carts[id_].units) for id_ in carts if id_ in event.carts}


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND
