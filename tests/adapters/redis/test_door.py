"""The door to the cache: bounded whatever the other side does, and open again soon after."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from adapters.redis.door import CacheDoor, ScriptCall
from adapters.redis.errors import CacheDown
from tests.troubled_line import Trouble, TroubledLine
from tests.valkey import OwnValkey

ECHO = "return ARGV[1]"
TROUBLES = [trouble for trouble in Trouble if trouble is not Trouble.NONE]
LONG = 2.5
"""Seconds: half of what a late answer takes, and far more than a call may."""


async def ask(door: CacheDoor) -> bool:
    try:
        return bool(await door.run(ECHO, ["{k}"], [b"here"]) == b"here")
    except CacheDown:
        return False


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 5) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  # What is waited for has no event.
            await asyncio.sleep(0.02)


async def every_call_is_bounded(door: CacheDoor, line: TroubledLine, trouble: Trouble) -> None:
    """RD-02: few wait, none for long, and then nobody waits at all."""
    await until(lambda: ask(door))
    line.trouble = trouble

    for _ in range(3):
        async with asyncio.timeout(LONG):
            assert not await ask(door)

    tried = line.connections
    async with asyncio.timeout(LONG):
        assert not any([await ask(door) for _ in range(1_000)])
    assert line.connections <= tried + LONG * 3, "A door that is shut only knocks now and then."
    line.trouble = Trouble.NONE
    await until(lambda: ask(door))


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
async def test_every_call_is_bounded(line: TroubledLine, trouble: Trouble) -> None:
    door = CacheDoor(line.url)

    await every_call_is_bounded(door, line, trouble)

    await door.close()


@pytest.mark.slow
async def test_a_door_without_limits_would_be_caught(line: TroubledLine) -> None:
    door = CacheDoor(line.url, connect_seconds=None, answer_seconds=None)

    with pytest.raises(TimeoutError):
        await every_call_is_bounded(door, line, Trouble.BLACKHOLE)

    await door.close()


@pytest.mark.slow
async def test_a_door_that_never_shuts_would_be_caught(
    line: TroubledLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.redis.lines.FAILURES_IN_A_ROW", 1_000_000)
    door = CacheDoor(line.url)

    with pytest.raises((TimeoutError, AssertionError)):
        await every_call_is_bounded(door, line, Trouble.BLACKHOLE)

    await door.close()


async def test_many_at_once_wait_no_longer_than_one(line: TroubledLine) -> None:
    door = CacheDoor(line.url, connections_max=2)
    line.trouble = Trouble.BLACKHOLE

    async with asyncio.timeout(LONG):  # One after the other they would take ten times as long.
        assert not any(await asyncio.gather(*(ask(door) for _ in range(300))))

    await door.close()


@pytest.mark.slow
async def test_one_slow_answer_does_not_shut_the_door(line: TroubledLine) -> None:
    door = CacheDoor(line.url, connect_seconds=LONG, answer_seconds=0.5, look_again_seconds=3600)
    for _ in range(4):
        line.trouble = Trouble.LATE
        assert not await ask(door)
        line.trouble = Trouble.NONE
        assert await ask(door)

    await door.close()


TRIES = 20
"""Of a race that a plain timeout loses mostly, and not always."""


async def answers_while_busy(url: str) -> list[bool]:
    """What is answered while this process does something else for longer than it would wait."""
    door = CacheDoor(url, connect_seconds=0.001, answer_seconds=0.01)
    answers = []
    for _ in range(5):
        call = asyncio.create_task(ask(door))
        for _ in range(4):  # It asks, or is about to connect.
            await asyncio.sleep(0)
        time.sleep(0.05)  # noqa: ASYNC251  # A batch of orders, say.
        answers.append(await call)
    await door.close()
    return answers


async def test_what_came_while_we_were_busy_is_not_late(own_valkey: OwnValkey) -> None:
    assert all(await answers_while_busy(own_valkey.url))


async def test_a_plain_timeout_would_call_it_late(
    own_valkey: OwnValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.redis.lines.Limit", asyncio.timeout)

    for _ in range(TRIES):
        if not all(await answers_while_busy(own_valkey.url)):
            return
    pytest.fail("it never did")


async def test_a_late_answer_is_nobody_elses(line: TroubledLine) -> None:
    door = CacheDoor(line.url, connect_seconds=LONG, answer_seconds=0.5, connections_max=1)
    line.trouble = Trouble.LATE
    with pytest.raises(CacheDown):
        await door.run(ECHO, ["{k}"], ["first"])
    line.trouble = Trouble.NONE

    assert await door.run(ECHO, ["{k}"], ["second"]) == b"second"

    await door.close()


async def test_a_caller_who_gives_up_leaves_no_answer_behind(line: TroubledLine) -> None:
    door = CacheDoor(line.url, connect_seconds=LONG, answer_seconds=LONG, connections_max=1)
    line.trouble = Trouble.LATE
    first = asyncio.create_task(door.run(ECHO, ["{k}"], ["first"]))
    while not line.connections:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    line.trouble = Trouble.NONE

    assert await door.run(ECHO, ["{k}"], ["second"]) == b"second"

    await door.close()


async def test_closing_does_not_wait_for_a_dead_line(line: TroubledLine) -> None:
    door = CacheDoor(line.url)
    await until(lambda: ask(door))
    line.trouble = Trouble.SLOW_CLOSE

    async with asyncio.timeout(LONG):
        await door.close()


async def test_a_server_that_comes_back_is_used_again(own_valkey: OwnValkey) -> None:
    door = CacheDoor(own_valkey.url, connect_seconds=10, answer_seconds=20)
    assert all(await asyncio.gather(*(ask(door) for _ in range(50))))
    own_valkey.kill()
    started = time.monotonic()
    while time.monotonic() - started < 0.3:
        assert not await ask(door)

    own_valkey.start()  # It has forgotten the scripts, too.

    await until(lambda: ask(door))
    assert all(await asyncio.gather(*(ask(door) for _ in range(50))))
    await door.close()


async def test_a_restart_while_nobody_asked_goes_unnoticed(own_valkey: OwnValkey) -> None:
    door = CacheDoor(own_valkey.url, connect_seconds=10, answer_seconds=20)
    assert all(await asyncio.gather(*(ask(door) for _ in range(50))))

    own_valkey.kill()
    own_valkey.start()
    for _ in range(3):  # The loop hears of it.
        await asyncio.sleep(0)

    assert all(await asyncio.gather(*(ask(door) for _ in range(50))))
    await door.close()


async def test_answers_come_in_order_and_as_they_are(redis_url: str) -> None:
    door = CacheDoor(redis_url, connect_seconds=10, answer_seconds=20)
    script = "if ARGV[1] == 'none' then return false end return {1, 'two', {KEYS[1]}, ARGV[1]}"
    calls: list[ScriptCall] = [(["{a}"], ["x"]), (["{b}"], ["none"]), (["{c}"], [3])]

    answers = await door.run_each(script, calls)

    assert answers == [[1, b"two", [b"{a}"], b"x"], None, [1, b"two", [b"{c}"], b"3"]]
    assert await door.run_each(script, []) == []
    await door.close()


@pytest.mark.parametrize("setting", ["readonly", "memory", "script"])
async def test_a_server_that_refuses_is_down_for_that_call_alone(
    own_valkey: OwnValkey, setting: str
) -> None:
    door = CacheDoor(own_valkey.url, connect_seconds=10, answer_seconds=20)
    write = "return redis.call('SET', KEYS[1], ARGV[1])"
    if setting == "readonly":
        own_valkey.tell("REPLICAOF 127.0.0.1 1")
        own_valkey.tell("CONFIG SET replica-serve-stale-data yes")
    elif setting == "memory":
        own_valkey.tell("CONFIG SET maxmemory 1")
    else:
        write = "return redis.call('NONSENSE')"

    for _ in range(5):
        with pytest.raises(CacheDown):
            await door.run(write, ["{k}"], ["x"])
        assert await ask(door)

    await door.close()


async def test_without_an_address_the_cache_is_down() -> None:
    door = CacheDoor("")

    assert not door.is_configured
    with pytest.raises(CacheDown):
        await door.run(ECHO, ["{k}"], ["x"])
    await door.close()


def test_each_event_loop_has_lines_of_its_own(redis_url: str) -> None:
    door = CacheDoor(redis_url, connect_seconds=10, answer_seconds=20)

    async def once() -> bool:
        try:
            return await ask(door)
        finally:
            await door.close()

    for _ in range(2):
        loop = asyncio.new_event_loop()
        assert loop.run_until_complete(once())
        loop.close()
