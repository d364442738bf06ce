"""Passwords: argon2id, in turns, with the same work for accounts that do not exist."""

import asyncio
import os
import sys
import threading

import pytest

from adapters.tokens.passwords import Argon2Passwords
from domain.identity.errors import HashingBusy


async def test_a_password_matches_its_hash_and_no_other() -> None:
    passwords = Argon2Passwords("low")

    kept = await passwords.hash("Password123!")

    assert kept.startswith("$argon2id$v=19$m=8192,t=1,p=1$")
    assert await passwords.matches("Password123!", kept)
    assert not await passwords.matches("Password123?", kept)


@pytest.mark.parametrize("broken", ["", "nonsense", "$argon2id$v=19$m=8192"])
async def test_a_broken_hash_matches_nothing(broken: str) -> None:
    assert not await Argon2Passwords("low").matches("Password123!", broken)


async def test_nobody_has_a_hash_that_costs_as_much_and_matches_nothing() -> None:
    passwords = Argon2Passwords("normal")

    assert not passwords.is_outdated(passwords._nobody)
    assert not await passwords.matches("", None)


async def test_a_hash_made_at_another_cost_is_outdated() -> None:
    cheap, dear = Argon2Passwords("low"), Argon2Passwords("normal")

    kept = await cheap.hash("Password123!")

    assert not cheap.is_outdated(kept)
    assert dear.is_outdated(kept)
    assert await dear.matches("Password123!", kept)


async def test_what_was_made_before_the_costs_changed_still_matches() -> None:
    passwords = Argon2Passwords("normal")
    kept = (
        "$argon2id$v=19$m=19456,t=2,p=1$N/RyqawsQgPmnbdW4ReLHw$"
        "OiT3POhUYjwWd7E8NvyCOZ8sbl+W3lt1DiYC44YtreI"
    )

    assert await passwords.matches("Password123!", kept)
    assert not await passwords.matches("Password123?", kept)
    assert passwords.is_outdated(kept)
    assert not passwords.is_outdated(await passwords.hash("Password123!"))


async def test_only_so_many_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Argon2Passwords("low", workers=2)
    lock, at_work, most = threading.Lock(), 0, 0

    def verify(password: str, password_hash: str) -> bool:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        threading.Event().wait(0.005)
        with lock:
            at_work -= 1
        return True

    monkeypatch.setattr(passwords, "_verify", verify)

    await asyncio.gather(*(passwords.matches("", "x") for _ in range(10)))

    assert 1 <= most <= 2


async def test_a_flood_waits_in_a_queue_with_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """AU-10: who comes when it is full is told so at once, and the queue goes on."""
    passwords = Argon2Passwords("low", workers=1, waiting_max=3)
    gate = threading.Event()
    monkeypatch.setattr(passwords, "_verify", lambda password, password_hash: gate.wait(10))

    asked = [asyncio.create_task(passwords.matches("", "x")) for _ in range(10)]
    await asyncio.sleep(0)
    gate.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)

    assert sum(isinstance(answer, HashingBusy) for answer in answers) == 6
    assert answers.count(True) == 4
    assert await passwords.matches("", "x")


async def test_who_gives_up_leaves_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Argon2Passwords("low", workers=1, waiting_max=1)
    gate = threading.Event()
    monkeypatch.setattr(passwords, "_verify", lambda password, password_hash: gate.wait(10))
    working = asyncio.create_task(passwords.matches("", "x"))
    waiting = asyncio.create_task(passwords.matches("", "x"))
    await asyncio.sleep(0)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    next_one = asyncio.create_task(passwords.matches("", "x"))
    await asyncio.sleep(0)
    gate.set()

    assert await working
    assert await next_one


async def test_who_waited_long_is_served_by_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that is never idle, those who give way would never finish."""
    passwords = Argon2Passwords("low", workers=1, patience_s=0.05)
    gate = threading.Event()
    monkeypatch.setattr(
        passwords,
        "_verify",
        lambda password, password_hash: "late" in threading.current_thread().name or gate.wait(10),
    )

    answers = await asyncio.gather(*(passwords.matches("", "x") for _ in range(5)))
    gate.set()

    assert answers == [True] * 5


@pytest.mark.skipif(sys.platform != "linux", reason="Linux knows who gives way.")
async def test_hashing_gives_way_and_nobody_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Argon2Passwords("low")
    policies = []

    def verify(password: str, password_hash: str) -> bool:
        policies.append(os.sched_getscheduler(threading.get_native_id()))
        return True

    monkeypatch.setattr(passwords, "_verify", verify)
    await passwords.matches("", "x")

    assert policies == [os.SCHED_IDLE]
    assert os.sched_getscheduler(0) != os.SCHED_IDLE
