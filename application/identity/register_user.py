"""Somebody opens an account and is signed in at once."""

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
from application.shared.scope import person
from domain.identity.password import chosen_password
from domain.identity.session import Session, refresh_hash_of
from domain.identity.user import Email, User
from domain.shared.ids import SessionId, UserId


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
    issuer: AccessTokenIssuer

    async def __call__(self, command: RegisterUserCommand, client: Client) -> SignedIn:
        email = Email(self.read_email(command.email))
        password_hash = await self.passwords.hash(chosen_password(command.password))
        user_id, session_id = UserId(self.ids.new()), SessionId(self.ids.new())
        signed_in = SignedIn(
            user_id=user_id,
            session_id=session_id,
            access=self.issuer.issue(user_id, session_id),
            refresh_token=self.ids.secret(),
        )
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
                last_login_at=tx.now,
            )
            await tx.users.add(user)
            session = Session.start(
                session_id,
                user_id,
                refresh_hash_of(signed_in.refresh_token),
                user_agent=client.user_agent,
                ip=client.ip,
                at=tx.now,
            )
            await tx.sessions.add(session)
            tx.remember(signed_in, is_secret=True)
        return signed_in
