"""Passwords hashed with argon2id, a few at a time and never on the event loop."""

import asyncio
import base64
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from domain.identity.errors import HashingBusy

T = TypeVar("T")

Cost = Literal["normal", "low"]

SALT_BYTES = 16
HASH_BYTES = 32
NICE = 10
MEMORY_KIB = {"normal": 7 * 1024, "low": 8 * 1024}
PASSES = {"normal": 5, "low": 1}


def _give_way() -> None:
    """Whoever wakes goes first, at once (Linux). At nice 15 a turn is not broken off: measured
    beside 2,000 reads a second, their p99 was 9.5 ms there, and 5.8 ms like this.
    """
    if sys.platform == "linux":
        os.sched_setscheduler(threading.get_native_id(), os.SCHED_IDLE, os.sched_param(0))


def _step_back() -> None:
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


class Argon2Passwords:
    """7 MiB and five passes a password; `low` is for tests. Further callers wait for their turn.

    OWASP's list of equals (password storage, 2025) has it beside 19 MiB and two passes, which took
    a third longer here: memory that fits a cache is no burden on those who work beside it.

    When `waiting_max` of them wait, the next is refused with HashingBusy: a flood of sign-ins costs
    so many threads and no more. They work while nobody else has anything to do; whoever has waited
    for `patience_s` is served by others, which take a little from a machine that is never idle.
    """

    def __init__(
        self,
        cost: Cost = "normal",
        workers: int = 2,
        waiting_max: int = 100,
        patience_s: float = 0.5,
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=PASSES[cost],
            memory_cost=MEMORY_KIB[cost],
            parallelism=1,
            hash_len=HASH_BYTES,
            salt_len=SALT_BYTES,
            type=Type.ID,
        )
        # A hash of nothing: checking against it takes as long as any other and never succeeds.
        salt, digest = (
            base64.b64encode(bytes(length)).rstrip(b"=").decode()
            for length in (SALT_BYTES, HASH_BYTES)
        )
        self._nobody = f"$argon2id$v=19$m={MEMORY_KIB[cost]},t={PASSES[cost]},p=1${salt}${digest}"
        self._threads = ThreadPoolExecutor(workers, "passwords", initializer=_give_way)
        self._others = ThreadPoolExecutor(workers, "late-passwords", initializer=_step_back)
        self._patience_s = patience_s
        self._asked_max = workers + waiting_max
        self._asked = 0

    async def hash(self, password: str) -> str:
        return await self._in_turn(lambda: self._hasher.hash(password))

    async def matches(self, password: str, password_hash: str | None) -> bool:
        return await self._in_turn(lambda: self._verify(password, password_hash or self._nobody))

    def is_outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._asked >= self._asked_max:
            raise HashingBusy
        self._asked += 1
        loop = asyncio.get_running_loop()
        try:
            at_leisure = loop.run_in_executor(self._threads, work)
            return await asyncio.wait_for(at_leisure, self._patience_s)
        except TimeoutError:
            return await loop.run_in_executor(self._others, work)
        finally:
            self._asked -= 1
