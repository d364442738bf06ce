"""Whoever changes what lets people in shows once more who they are."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.guessing_access import GuessLimits, account_tries, guess
from application.identity.ports import Client, Passwords
from application.shared.actor import Actor, require_session
from domain.identity.errors import WrongPassword
from domain.identity.password import normal_form
from domain.identity.user import User


@dataclass(frozen=True, slots=True)
class Reauthentication:
    """By the present password, whose guesses are limited like those of a sign-in, or by a session
    that has just begun.

    Raises Forbidden, WrongPassword, FreshSignInNeeded, TooManyGuesses, HashingBusy, SessionEnded.
    """

    begin: BeginAccounts
    passwords: Passwords
    limits: GuessLimits

    async def __call__(self, actor: Actor, password: str | None, client: Client) -> User:
        """Whose account it is, as it was when this was shown."""
        require_session(actor)
        if password is None:
            return await self._fresh(actor)
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.get(actor.user_id)
            tries = await account_tries(tx, self.limits, user.email.key, user, client.ip)
            refusal = await guess(tx, tries)
        if refusal is not None:
            raise refusal
        if not await self.passwords.matches(normal_form(password), user.password_hash):
            raise WrongPassword
        async with self.begin(actor.as_person()) as tx:
            await tx.attempts.give_back(tries, at=tx.now)
        return user

    async def _fresh(self, actor: Actor) -> User:
        async with self.begin(actor.as_person()) as tx:
            (await tx.sessions.lock(actor.session_id)).require_fresh(tx.now)
            return await tx.users.get(actor.user_id)
