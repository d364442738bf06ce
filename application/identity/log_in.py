"""Somebody comes back with an e-mail address and a password."""

from dataclasses import dataclass

from application.identity.finish_sign_in import FinishSignIn
from application.identity.ports import BeginIdentity, Client, Passwords, SecondStep, SignedIn
from application.shared.emails import ReadEmail
from application.shared.messages import Command
from application.shared.scope import PUBLIC, person
from domain.identity.errors import InvalidCredentials, UserNotFound
from domain.identity.password import normal_form
from domain.identity.user import Email, User
from domain.shared.email import InvalidEmail


class LogInCommand(Command):
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class LogIn:
    """Check the password, then begin a session or ask for the second factor.

    A stranger learns nothing from answer or effort.

    Raises InvalidCredentials, AccountDisabled.
    """

    begin: BeginIdentity
    passwords: Passwords
    read_email: ReadEmail
    finish_sign_in: FinishSignIn

    async def __call__(self, command: LogInCommand, client: Client) -> SignedIn | SecondStep:
        password = normal_form(command.password)
        found = await self._account(command.email)
        matches = await self.passwords.matches(password, found.password_hash if found else None)
        if found is None or found.password_hash is None or not matches:
            raise InvalidCredentials
        renewed = await self._renewed_hash(password, found.password_hash)
        async with self.begin(person(found.id)) as tx:
            user = await tx.users.lock(found.id)
            if user.password_hash != found.password_hash:  # Changed while we were checking.
                raise InvalidCredentials
            user.password_hash = renewed
            factors = await tx.second_factors.factors_of(user.id)
            end = self.finish_sign_in(user, client, factors, at=tx.now)
            await tx.users.save(user)
            if end.session is not None:
                await tx.sessions.add(end.session)
        return end.answer

    async def _account(self, email: str) -> User | None:
        """Whose address it is: asked apart, for checking a password inside takes too long."""
        try:
            key = Email(self.read_email(email)).key
            async with self.begin(PUBLIC) as tx:
                return await tx.users.with_email(key)
        except (InvalidEmail, UserNotFound):
            return None

    async def _renewed_hash(self, password: str, present: str) -> str:
        """The hash at today's cost: a log-in is the one moment at which the password is known."""
        if not self.passwords.is_outdated(present):
            return present
        return await self.passwords.hash(password)
