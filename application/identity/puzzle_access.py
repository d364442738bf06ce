"""While somebody tries many accounts from many places, strangers' guesses cost work (AU-09)."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from application.identity.account_ports import AccountTransaction
from application.identity.factor_ports import SignInChallenges
from application.identity.guessing_access import NETWORK_KIND, NETWORK_WINDOW
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.identity.challenge import Challenge
from domain.identity.errors import ChallengeOver, PuzzleRequired
from domain.identity.networks import network_of
from domain.identity.puzzle import DIFFICULTY_BITS, is_solved
from domain.identity.user import User


class SolvedPuzzle(Command):
    """The challenge of a `puzzle_required`, and what makes SHA-256 of `challenge.solution` begin
    with so many zero bits.
    """

    challenge: str
    solution: str


@dataclass(frozen=True, slots=True)
class Puzzles:
    """One puzzle is for one account, for five minutes and for one guess."""

    challenges: SignInChallenges
    ids: IdFactory
    failures_per_minute: int = 200

    def solved(self, solved: SolvedPuzzle | None, account: str, *, at: datetime) -> Challenge:
        """The challenge that was answered. Raises PuzzleRequired, with a new one."""
        if solved is not None and is_solved(solved.challenge, solved.solution):
            with suppress(ChallengeOver):
                asked = self.challenges.open(solved.challenge)
                if asked.is_puzzle_of(account, at=at):
                    return asked
        asked = Challenge.of_puzzle(self.ids.new(), account, at=at)
        raise PuzzleRequired(challenge=self.challenges.seal(asked), difficulty_bits=DIFFICULTY_BITS)


async def take_puzzle(
    tx: AccountTransaction,
    puzzles: Puzzles,
    solved: SolvedPuzzle | None,
    account: str,
    user: User | None,
    ip: str | None,
) -> None:
    """Accounts that there are not ask the same, and owners at home are never asked.

    Raises PuzzleRequired; ChallengeOver for one that was solved before.
    """
    # Not all of them: whoever attacks from many places would make every log-in slow.
    most = puzzles.failures_per_minute
    since = tx.now - NETWORK_WINDOW
    if await tx.attempts.count(NETWORK_KIND, since=since, at_most=most + 1) <= most:
        return
    if not await tx.familiar_networks.knows(user.id if user else None, network_of(ip)):
        await tx.spent_challenges.spend(puzzles.solved(solved, account, at=tx.now))
