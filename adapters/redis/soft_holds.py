"""Soft holds in Redis or Valkey."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from adapters.redis.door import Argument, CacheDoor, ScriptCall
from adapters.redis.errors import CacheDown
from adapters.redis.soft_hold_scripts import DROP, EXTEND, HOLD, READ
from application.sales.ports import InCarts
from application.sales.soft_holds import CartHold, HoldRefused
from application.shared.clock import Clock
from domain.shared.ids import AllotmentId, CartId, EventId

ANONYMOUS = "anonymous"
_TRIES = (*[0] * 19, 1)
"""Each forgets up to 500 carts whose time is over; in the last one the dead still count."""
_DROP_MAX = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_NOTHING = InCarts({}, {})

_Read = tuple[list[AllotmentId], list[CartId]]


class RedisSoftHolds:
    """All holds of an event share a hash tag, so each operation is one script on one server.

    Time is the server's, to the millisecond, unless a virtual clock is given. Keys vanish by
    themselves an hour after the last cart.
    """

    def __init__(self, door: CacheDoor, clock: Clock | None = None) -> None:
        self._door = door
        self._clock = clock

    async def hold(self, wanted: CartHold) -> bool | HoldRefused:
        answer: Sequence[Any] = ()
        lines: list[Argument] = []
        for allotment_id, units in wanted.units.items():
            assert units > 0
            lines += (allotment_id.hex, units, _free(wanted.free.get(allotment_id)))
        of_event = wanted.units.get(AllotmentId(wanted.event_id), 0)
        if wanted.is_anonymous and of_event:
            lines += (ANONYMOUS, of_event, _free(wanted.anonymous_free))
        ends = _milliseconds(wanted.expires_at)
        keys = _keys(wanted.event_id)
        try:
            for is_last in _TRIES:
                args = (self._now(), is_last, wanted.cart_id.hex, ends, *lines)
                answer = await self._door.run(HOLD, keys, args)
                if answer[0] >= 0:
                    break
        except CacheDown:
            return False
        return _refusal(*answer[1:]) if answer[0] == 2 else answer[0] == 1

    async def extend(self, event_id: EventId, cart_id: CartId, expires_at: datetime) -> bool:
        args = (self._now(), cart_id.hex, _milliseconds(expires_at))
        try:
            return bool(await self._door.run(EXTEND, _keys(event_id), args))
        except CacheDown:
            return False

    async def drop(self, carts: Mapping[CartId, EventId]) -> None:
        of_event: dict[EventId, list[str]] = {}
        for cart_id, event_id in carts.items():
            of_event.setdefault(event_id, []).append(cart_id.hex)
        calls: list[ScriptCall] = [
            (_keys(event_id), (self._now(), *names[start : start + _DROP_MAX]))
            for event_id, names in of_event.items()
            for start in range(0, len(names), _DROP_MAX)
        ]
        with suppress(CacheDown):  # Then they let go when their time is over.
            await self._door.run_each(DROP, calls)

    async def in_carts(
        self, wanted: Mapping[EventId, Collection[AllotmentId]], carts: Collection[CartId]
    ) -> InCarts:
        own = list(carts)
        try:
            reads = await self._read({event: (list(ids), own) for event, ids in wanted.items()})
        except CacheDown:
            return _NOTHING
        units: dict[AllotmentId, int] = {}
        of_cart: dict[CartId, Mapping[AllotmentId, int]] = {}
        first_end: dict[EventId, datetime] = {}
        for event_id, answer in reads.items():
            if answer[-1] >= 0:
                first_end[event_id] = _EPOCH + answer[-1] * _MILLISECOND
            asked = list(wanted[event_id])
            for allotment_id, held in zip(asked, answer, strict=False):
                if held:
                    units[allotment_id] = units.get(allotment_id, 0) + held
            of_cart |= _of_carts(own, answer[len(asked) : -1])
        return InCarts(units, of_cart, first_end)

    async def held_by(
        self, event_id: EventId, carts: Collection[CartId]
    ) -> dict[CartId, Mapping[AllotmentId, int]]:
        own = list(carts)
        try:
            reads = await self._read({event_id: ([], own)})
        except CacheDown:
            return {}
        return _of_carts(own, reads.get(event_id, []))

    async def _read(self, asked: Mapping[EventId, _Read]) -> dict[EventId, Sequence[Any]]:
        """One round trip where no cart holds anything, or one event is asked for; another where
        some of many do, and more where more carts ran out than one look may forget.
        """
        found: dict[EventId, Sequence[Any]] = {}
        waiting = list(asked)
        if len(asked) > 1 and not await self._door.count([_keys(event)[0] for event in asked]):
            return found
        for is_last in _TRIES:
            now = self._now()
            calls = [_read_call(event_id, *asked[event_id], now, is_last) for event_id in waiting]
            answers = await self._door.run_each(READ, calls)
            found |= {e: a for e, a in zip(waiting, answers, strict=True) if isinstance(a, list)}
            waiting = [e for e, a in zip(waiting, answers, strict=True) if a == -1]
            if not waiting:
                break
        return found

    def _now(self) -> int:
        return -1 if self._clock is None else _milliseconds(self._clock())


def _keys(event_id: EventId) -> tuple[str, str, str]:
    tag = f"holds:{{{event_id.hex}}}"
    return f"{tag}:until", f"{tag}:carts", f"{tag}:units"


def _read_call(
    event_id: EventId,
    allotments: Sequence[AllotmentId],
    carts: Sequence[CartId],
    now: int,
    is_last: int,
) -> ScriptCall:
    names = [one.hex for one in (*allotments, *carts)]
    return _keys(event_id), (now, is_last, len(allotments), *names)


def _of_carts(
    carts: Sequence[CartId], lines: Sequence[bytes]
) -> dict[CartId, Mapping[AllotmentId, int]]:
    return {cart: _units(line) for cart, line in zip(carts, lines, strict=False) if line}


def _units(line: bytes) -> dict[AllotmentId, int]:
    pairs = (pair.partition("=") for pair in line.decode().split(","))
    return {AllotmentId(UUID(hex=id_)): int(units) for id_, _, units in pairs if id_ != ANONYMOUS}


def _refusal(name: bytes, first: int | None = None) -> HoldRefused:
    return HoldRefused(
        None if name.decode() == ANONYMOUS else AllotmentId(UUID(hex=name.decode())),
        None if first is None else _EPOCH + first * _MILLISECOND,
    )


def _free(units: int | None) -> int:
    # Free units below none happen where the database counts faster than we do.
    return -1 if units is None else max(units, 0)


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND
