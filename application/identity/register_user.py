"""Somebody opens an account and is signed in at once."""

from dataclasses import dataclass

from application.identity.open_session import OpenSession
from application.identity.ports import BeginIdentity, Client, Passwords, SignedIn
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.scope import person
from domain.identity.password import chosen_password
from domain.identity.user import Email, User
from domain.shared.ids import UserId


class RegisterUserCommand(Command):
    email: str
    password: str
    first_name: str
    last_name: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterUser:
    """Keep the user and a first session.

    Raises EmailTaken, InvalidEmail, InvalidPassword, InvalidText.
    """

    begin: BeginIdentity
    ids: IdFactory
    passwords: Passwords
    read_email: ReadEmail
    open_session: OpenSession

    async def __call__(self, command: RegisterUserCommand, client: Client) -> SignedIn:
        email = Email(self.read_email(command.email))
        password_hash = await self.passwords.hash(chosen_password(command.password))
        user_id = UserId(self.ids.new())
        async with self.begin(person(user_id, keyed=client.keyed)) as tx:
            user = User(
                id=user_id,
                email=email,
                password_hash=password_hash,
                first_name=command.first_name,
                last_name=command.last_name,
                phone=command.phone,
                created_at=tx.now,
                updated_at=tx.now,
            )
            opened = self.open_session(user, client, at=tx.now)
            await tx.users.add(user)
            await tx.sessions.add(opened.session)
            tx.remember(opened.signed_in, is_secret=True)
        return opened.signed_in
