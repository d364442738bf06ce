"""Who gives way on a processor; read back from Linux, which grants turns since 6.12."""

import ctypes
import os
import platform
import struct
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.system.turns import LONG_NS, NICE, SHORT_NS, step_back, take_short_turns

SCHED_GETATTR = {"x86_64": 315, "aarch64": 275}.get(platform.machine())
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or SCHED_GETATTR is None, reason="Linux tells, on these machines."
)


def granted() -> tuple[int, int]:
    """Nice, and nanoseconds of a turn, of the thread that asks."""
    told = ctypes.create_string_buffer(56)
    ctypes.CDLL(None).syscall(SCHED_GETATTR, threading.get_native_id(), told, len(told), 0)
    *_, nice, _, turn, _, _ = struct.unpack_from("=IIQiIQQQ", told.raw)
    return nice, turn


def after(*begin: Callable[[], None]) -> tuple[int, int]:
    """What a thread is granted that began so."""
    with ThreadPoolExecutor(1, initializer=lambda: [one() for one in begin]) as threads:
        return threads.submit(granted).result()


def grants_turns() -> bool:
    major, minor = os.uname().release.split(".")[:2]
    return (int(major), int(minor)) >= (6, 12)


def test_long_work_steps_back_and_nobody_else() -> None:
    before = granted()

    assert after(step_back) == (NICE, LONG_NS if grants_turns() else 0)
    assert granted() == before


def test_short_turns_change_no_priority() -> None:
    turn = SHORT_NS if grants_turns() else 0

    assert after(take_short_turns) == (granted()[0], turn)
    assert after(step_back, take_short_turns) == (NICE, turn)


def test_what_is_started_from_there_takes_short_turns_too() -> None:
    def hire() -> tuple[int, int]:
        take_short_turns()
        return after()

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(hire).result() == after(take_short_turns)


def test_where_it_is_not_known_all_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "abacus")

    assert after(step_back) == granted()
