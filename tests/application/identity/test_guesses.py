"""AU-07, AU-09: passwords are guessed a few times, by whomever, and their owner still comes in."""

import asyncio
import dataclasses
from datetime import timedelta

import pytest

from adapters.tokens.passwords import Argon2Passwords
from application.identity.guessing_access import GuessLimits
from application.identity.log_in import LogIn, LogInCommand
from application.identity.ports import Client
from domain.identity.errors import InvalidCredentials, TooManyGuesses
from domain.shared.errors import DomainError
from tests.application.identity.people import PASSWORD, PHONE, Society
from tests.conftest import VirtualClock

ADA = "ada@example.com"


async def refusal(log_in: LogIn, email: str, ip: str, password: str = "wrong") -> DomainError:
    with pytest.raises((InvalidCredentials, TooManyGuesses)) as refused:
        await log_in(LogInCommand(email=email, password=password), Client(ip=ip))
    return refused.value


@pytest.mark.parametrize("email", [ADA, "nobody@example.com", "no address"])
async def test_au_07_the_sixth_guess_is_refused_whether_there_is_an_account_or_not(
    society: Society, log_in: LogIn, email: str
) -> None:
    await society.joins("ada")

    refusals = [await refusal(log_in, email, f"203.0.{n}.1") for n in range(7)]

    assert [error.code for error in refusals] == ["invalid_credentials"] * 5 + [
        "too_many_guesses"
    ] * 2
    assert refusals[5].facts == refusals[6].facts == {"retry_after": 900}


async def test_au_07_many_at_once_are_no_more_than_one_after_the_other(
    society: Society, log_in: LogIn
) -> None:
    await society.joins("ada")

    refusals = await asyncio.gather(*(refusal(log_in, ADA, f"203.0.{n}.1") for n in range(30)))

    assert sum(isinstance(error, InvalidCredentials) for error in refusals) == 5


async def test_after_a_quarter_of_an_hour_there_are_guesses_again(
    society: Society, log_in: LogIn, clock: VirtualClock
) -> None:
    await society.joins("ada")
    for n in range(5):
        await refusal(log_in, ADA, f"203.0.{n}.1")
        clock.advance(timedelta(minutes=1))
    # What is refused does not prolong the wait.
    assert isinstance(await refusal(log_in, ADA, "198.51.100.1"), TooManyGuesses)

    clock.advance(timedelta(minutes=10))

    await log_in(LogInCommand(email=ADA, password=PASSWORD), Client(ip="198.51.100.1"))


async def test_the_right_password_does_not_count(society: Society, log_in: LogIn) -> None:
    await society.joins("ada")

    for _ in range(30):
        await log_in(LogInCommand(email=ADA, password=PASSWORD), PHONE)


async def test_au_09_strangers_do_not_lock_out_who_signed_in_from_there_before(
    society: Society, log_in: LogIn
) -> None:
    await society.joins("ada")
    for n in range(6):
        await refusal(log_in, ADA, f"203.0.{n}.1")

    await log_in(LogInCommand(email=ADA, password=PASSWORD), Client(ip="192.0.2.250"))

    elsewhere = await refusal(log_in, ADA, "198.51.100.1", PASSWORD)
    assert isinstance(elsewhere, TooManyGuesses)


async def test_au_09_a_network_fails_so_often_on_whomever(
    society: Society, log_in: LogIn, clock: VirtualClock
) -> None:
    await society.joins("ada")

    spread = [await refusal(log_in, f"a{n}@example.com", f"203.0.113.{n}") for n in range(22)]

    assert [error.code for error in spread[19:]] == ["invalid_credentials"] + [
        "too_many_guesses"
    ] * 2
    assert spread[20].facts == {"retry_after": 60}
    assert isinstance(await refusal(log_in, "b@example.com", "203.0.112.1"), InvalidCredentials)
    clock.advance(timedelta(minutes=1))
    assert isinstance(await refusal(log_in, "b@example.com", "203.0.113.1"), InvalidCredentials)


async def test_an_ipv6_neighbourhood_is_one_network(society: Society, log_in: LogIn) -> None:
    """DS-10: whoever has one address of a /64 has them all."""
    for n in range(20):
        await refusal(log_in, f"a{n}@example.com", f"2001:db8:1:2::{n:x}")

    near = await refusal(log_in, "b@example.com", "2001:db8:1:2:ffff::1")
    far = await refusal(log_in, "b@example.com", "2001:db8:1:3::1")

    assert (near.code, far.code) == ("too_many_guesses", "invalid_credentials")


async def test_a_refused_guess_costs_no_hash(society: Society, log_in: LogIn) -> None:
    """AU-10."""
    await society.joins("ada")

    class Counted(Argon2Passwords):
        checked = 0

        async def matches(self, password: str, password_hash: str | None) -> bool:
            Counted.checked += 1
            return False

    guarded = dataclasses.replace(
        log_in, passwords=Counted("low"), limits=GuessLimits(per_account=2)
    )
    for _ in range(5):
        await refusal(guarded, ADA, "203.0.113.1")

    assert Counted.checked == 2
