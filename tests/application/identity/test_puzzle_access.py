"""AU-09: while many accounts are tried from many places, a stranger's guess costs work."""

import dataclasses
from datetime import timedelta

import pytest

from application.identity.account_ports import BeginAccounts
from application.identity.log_in import LogIn, LogInCommand
from application.identity.ports import Client, SignedIn
from application.identity.puzzle_access import SolvedPuzzle
from application.shared.scope import PUBLIC
from domain.identity.challenge import LIFETIME
from domain.identity.errors import ChallengeOver, InvalidCredentials, PuzzleRequired
from tests.application.identity.people import PASSWORD, PHONE, Society
from tests.conftest import VirtualClock
from tests.puzzles import solution_of

STRANGER = Client(ip="198.51.100.9", user_agent="curl")


@pytest.fixture
def attacked(log_in: LogIn) -> LogIn:
    """Three failures in a minute are an attack."""
    return dataclasses.replace(
        log_in, puzzles=dataclasses.replace(log_in.puzzles, failures_per_minute=3)
    )


async def spray(log_in: LogIn, times: int = 4) -> None:
    for number in range(times):
        with pytest.raises(InvalidCredentials):
            await log_in(
                LogInCommand(email=f"a{number}@example.com", password="Summer2026"),
                Client(ip=f"203.{number}.113.1"),
            )


async def asked(log_in: LogIn, email: str = "ada@example.com") -> SolvedPuzzle:
    """The puzzle that a stranger gets, solved."""
    with pytest.raises(PuzzleRequired) as refused:
        await log_in(LogInCommand(email=email, password=PASSWORD), STRANGER)
    challenge = refused.value.facts["challenge"]
    bits = refused.value.facts["difficulty_bits"]
    return SolvedPuzzle(challenge=challenge, solution=solution_of(challenge, bits))


def ada(puzzle: SolvedPuzzle | None, password: str = PASSWORD) -> LogInCommand:
    return LogInCommand(email="Ada@Example.com", password=password, puzzle=puzzle)


async def test_au_09_in_a_spray_a_stranger_solves_a_puzzle_first(
    society: Society, attacked: LogIn
) -> None:
    await society.joins("ada")
    await spray(attacked)
    puzzle = await asked(attacked)

    assert isinstance(await attacked(ada(puzzle), STRANGER), SignedIn)


async def test_one_puzzle_is_good_for_one_guess(society: Society, attacked: LogIn) -> None:
    await society.joins("ada")
    await spray(attacked)
    puzzle = await asked(attacked)

    with pytest.raises(InvalidCredentials):
        await attacked(ada(puzzle, "wrong"), STRANGER)
    with pytest.raises(ChallengeOver):
        await attacked(ada(puzzle), STRANGER)


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", "no address"])
async def test_accounts_that_there_are_not_ask_the_same(
    society: Society, attacked: LogIn, email: str
) -> None:
    await society.joins("ada")
    await spray(attacked)

    with pytest.raises(PuzzleRequired) as refused:
        await attacked(LogInCommand(email=email, password=PASSWORD), STRANGER)
    assert set(refused.value.facts) == {"challenge", "difficulty_bits"}


async def test_what_does_not_solve_it_is_asked_again_and_counts_as_no_guess(
    society: Society, attacked: LogIn, begin: BeginAccounts, clock: VirtualClock
) -> None:
    await society.joins("ada")
    await spray(attacked)
    others = await asked(attacked, "bob@example.com")
    mine = await asked(attacked)
    wrong = [
        None,
        others,
        SolvedPuzzle(challenge=mine.challenge, solution="x"),
        SolvedPuzzle(challenge="made.up", solution=mine.solution),
    ]
    for puzzle in wrong:
        with pytest.raises(PuzzleRequired):
            await attacked(ada(puzzle), STRANGER)

    async with begin(PUBLIC) as tx:
        counted = await tx.attempts.count("guess_network", since=tx.now - timedelta(minutes=1))
    assert counted == 4


async def test_a_puzzle_is_over_after_five_minutes(
    society: Society, attacked: LogIn, clock: VirtualClock
) -> None:
    await society.joins("ada")
    await spray(attacked)
    puzzle = await asked(attacked)
    clock.advance(LIFETIME)
    await spray(attacked)

    with pytest.raises(PuzzleRequired):
        await attacked(ada(puzzle), STRANGER)


async def test_the_owner_at_home_and_everybody_in_quiet_times_is_not_asked(
    society: Society, attacked: LogIn, clock: VirtualClock
) -> None:
    await society.joins("ada")
    assert isinstance(await attacked(ada(None), PHONE), SignedIn)
    await spray(attacked)

    assert isinstance(await attacked(ada(None), PHONE), SignedIn)
    clock.advance(timedelta(minutes=1))
    assert isinstance(await attacked(ada(None), STRANGER), SignedIn)
