"""Calls about the same thing, one after another: each then begins where the last one ended."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakValueDictionary

W = TypeVar("W")
P = ParamSpec("P")
R = TypeVar("R")


class Turns:
    """Whose turn it is, within this process; other processes' races are for `retrying`."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: Hashable) -> asyncio.Lock:
        """The key's lock, as long as anybody has it or waits for it."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock


def in_turn(
    call: Callable[Concatenate[W, P], Awaitable[R]],
    turns: Turns,
    key_of: Callable[[W], Hashable | None],
) -> Callable[Concatenate[W, P], Awaitable[R]]:
    """The same call; those whose first argument has the same key wait for each other.

    Without a key nobody waits.
    """

    @wraps(call)
    async def queued(who: W, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = key_of(who)
        if key is None:
            return await call(who, *args, **kwargs)
        async with turns.of(key):
            return await call(who, *args, **kwargs)

    return queued
