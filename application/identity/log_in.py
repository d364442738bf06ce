"""Somebody comes back with an e-mail address and a password."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from application.identity.account_ports import AccountTransaction, BeginAccounts
from application.identity.finish_sign_in import FinishSignIn
from application.identity.guessing_access import GuessLimits, account_tries, guess
from application.identity.ports import Client, Passwords, SecondStep, SignedIn
from application.identity.puzzle_access import Puzzles, SolvedPuzzle, take_puzzle
from application.identity.session_access import keep_session
from application.shared.emails import ReadEmail
from application.shared.messages import Command
from application.shared.scope import PUBLIC, person
from domain.identity.attempts import Try
from domain.identity.errors import HashingBusy, InvalidCredentials, UserNotFound
from domain.identity.password import normal_form
from domain.identity.user import Email, User
from domain.shared.email import InvalidEmail, key_of


class LogInCommand(Command):
    email: str
    password: str
    puzzle: SolvedPuzzle | None = None


class _Guess(NamedTuple):
    """Whose address it is, and the tries that were counted."""

    found: User | None
    tries: list[Try]


@dataclass(frozen=True, slots=True)
class LogIn:
    """Check the password, then begin a session or ask for the second factor.

    A stranger learns nothing from answer or effort.

    Each guess is counted as failed, and committed, before it is checked, so that many at once do
    not pass; the right password takes its own back.
    Raises InvalidCredentials, AccountDisabled, TooManyGuesses, HashingBusy; PuzzleRequired and
    ChallengeOver while many accounts are tried.
    """

    begin: BeginAccounts
    passwords: Passwords
    read_email: ReadEmail
    finish_sign_in: FinishSignIn
    limits: GuessLimits
    puzzles: Puzzles

    async def __call__(self, command: LogInCommand, client: Client) -> SignedIn | SecondStep:
        password = normal_form(command.password)
        found, tries = await self._guess(command, client)
        while True:
            present = found.password_hash if found else None
            matches = await self._matches(password, present, tries)
            if found is None or present is None or not matches:
                raise InvalidCredentials
            renewed = await self._renewed_hash(password, present)
            async with self.begin(person(found.id)) as tx:
                user = await tx.users.lock(found.id)
                if user.password_hash == present:
                    user.password_hash = renewed
                    return await self._let_in(tx, user, tries, client)
            found = user  # Changed, or made anew, while we were checking.

    async def _let_in(
        self, tx: AccountTransaction, user: User, tries: Sequence[Try], client: Client
    ) -> SignedIn | SecondStep:
        factors = await tx.second_factors.factors_of(user.id)
        end = self.finish_sign_in(user, client, factors, at=tx.now)
        await tx.users.save(user)
        if end.session is not None:
            await keep_session(tx, end.session)
        # Last, for whoever comes from the same network waits for it.
        await tx.attempts.give_back(tries, at=tx.now)
        return end.answer

    async def _matches(self, password: str, present: str | None, tries: Sequence[Try]) -> bool:
        """What was not checked was no guess."""
        try:
            return await self.passwords.matches(password, present)
        except HashingBusy:
            async with self.begin(PUBLIC) as tx:
                await tx.attempts.give_back(tries, at=tx.now)
            raise

    async def _guess(self, command: LogInCommand, client: Client) -> _Guess:
        """Asked apart, for checking a password inside takes too long."""
        account = self._key_of(command.email)
        async with self.begin(PUBLIC) as tx:
            found = await _account(tx, account)
            await take_puzzle(tx, self.puzzles, command.puzzle, account, found, client.ip)
            tries = await account_tries(tx, self.limits, account, found, client.ip)
            refusal = await guess(tx, tries)
        if refusal is not None:
            raise refusal
        return _Guess(found, tries)

    def _key_of(self, email: str) -> str:
        """What is no address is nobody's, and its guesses are counted all the same."""
        try:
            return Email(self.read_email(email)).key
        except InvalidEmail:
            return key_of(email)

    async def _renewed_hash(self, password: str, present: str) -> str:
        """The hash at today's cost: a log-in is the one moment at which the password is known."""
        with suppress(HashingBusy):  # There will be other log-ins.
            if self.passwords.is_outdated(present):
                return await self.passwords.hash(password)
        return present


async def _account(tx: AccountTransaction, account: str) -> User | None:
    try:
        return await tx.users.with_email(account)
    except UserNotFound:
        return None
