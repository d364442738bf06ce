"""Somebody comes back with an e-mail address and a password."""

from dataclasses import dataclass

from application.identity.ports import (
    AccessTokenIssuer,
    BeginIdentity,
    Client,
    Passwords,
    SignedIn,
)
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.scope import PUBLIC, person
from domain.identity.errors import InvalidCredentials, UserNotFound
from domain.identity.password import normal_form
from domain.identity.session import Session, refresh_hash_of
from domain.identity.user import Email, User
from domain.shared.email import InvalidEmail
from domain.shared.ids import SessionId


class LogInCommand(Command):
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class LogIn:
    """Check the password and begin a session; a stranger learns nothing from answer or effort.

    Raises InvalidCredentials, AccountDisabled.
    """

    begin: BeginIdentity
    ids: IdFactory
    passwords: Passwords
    read_email: ReadEmail
    issuer: AccessTokenIssuer

    async def __call__(self, command: LogInCommand, client: Client) -> SignedIn:
        password = normal_form(command.password)
        found = await self._account(command.email)
        matches = await self.passwords.matches(password, found.password_hash if found else None)
        if found is None or not matches:
            raise InvalidCredentials
        renewed = await self._renewed_hash(password, found.password_hash)
        session_id, refresh_token = SessionId(self.ids.new()), self.ids.secret()
        async with self.begin(person(found.id)) as tx:
            user = await tx.users.lock(found.id)
            if user.password_hash != found.password_hash:  # Changed while we were checking.
                raise InvalidCredentials
            user.sign_in(at=tx.now)
            user.password_hash = renewed
            await tx.users.save(user)
            session = Session.start(
                session_id,
                user.id,
                refresh_hash_of(refresh_token),
                user_agent=client.user_agent,
                ip=client.ip,
                at=tx.now,
            )
            await tx.sessions.add(session)
        return SignedIn(
            user_id=found.id,
            session_id=session_id,
            access=self.issuer.issue(found.id, session_id),
            refresh_token=refresh_token,
        )

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
