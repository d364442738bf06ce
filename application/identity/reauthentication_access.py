"""Whoever changes what lets people in shows once more who they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.guessing_access import GuessLimits, account_tries, guess
from application.identity.ports import Passwords
from application.shared.actor import Actor, authorize_person
from application.shared.scope import Scope, person
from domain.identity.attempts import Try
from domain.identity.errors import HashingBusy, WrongPassword
from domain.identity.password import normal_form
from domain.identity.user import User


@dataclass(frozen=True, slots=True)
class Reauthentication:
    """By the present password, whose guesses are limited like those of a sign-in, or by a session
    that has just begun.

    These transactions leave the request's key to the one that follows. Raises PersonRequired,
    WrongPassword, FreshSignInNeeded, TooManyGuesses, HashingBusy, SessionEnded.
    """

    begin: BeginAccounts
    passwords: Passwords
    limits: GuessLimits

    async def __call__(self, actor: Actor, password: str | None) -> User:
        """Whose account it is, as it was when this was shown."""
        authorize_person(actor)
        scope = person(actor.user_id, session_id=actor.session_id)
        if password is None:
            async with self.begin(scope) as tx:
                (await tx.sessions.lock(actor.session_id)).require_fresh(tx.now)
                return await tx.users.get(actor.user_id)
        ip = actor.origin.ip if actor.origin else None
        async with self.begin(scope) as tx:
            user = await tx.users.get(actor.user_id)
            tries = await account_tries(tx, self.limits, user.email.key, user, ip)
            refusal = await guess(tx, tries)
        if refusal is not None:
            raise refusal
        try:
            matches = await self.passwords.matches(normal_form(password), user.password_hash)
        except HashingBusy:  # What was not checked was no guess.
            await self._give_back(scope, tries)
            raise
        if not matches:
            raise WrongPassword
        await self._give_back(scope, tries)
        return user

    async def _give_back(self, scope: Scope, tries: Sequence[Try]) -> None:
        async with self.begin(scope) as tx:
            await tx.attempts.give_back(tries, at=tx.now)
