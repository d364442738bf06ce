"""Somebody opens an account and is signed in at once."""

from dataclasses import dataclass

from application.identity.account_ports import AccountTransaction, BeginAccounts
from application.identity.choose_password import ChoosePassword
from application.identity.guessing_access import GuessLimits, guess
from application.identity.letter_access import post_link
from application.identity.open_session import OpenSession
from application.identity.ports import Client, SignedIn
from application.identity.session_access import keep_session
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.scope import person
from domain.identity.account_link import LinkPurpose
from domain.identity.errors import EmailTaken, UserNotFound
from domain.identity.user import Email, User
from domain.shared.errors import DomainError
from domain.shared.ids import AccountLinkId, UserId


class RegisterUserCommand(Command):
    email: str
    password: str
    first_name: str
    last_name: str
    phone: str | None = None

    @property
    def about(self) -> tuple[str, ...]:
        """What everybody knows of them, and no password may be."""
        return (self.email.strip(), self.first_name.strip(), self.last_name.strip())


@dataclass(frozen=True, slots=True)
class RegisterUser:
    """Keep the user and a first session, and write to the address to have it verified.

    A refusal tells that an address has an account, so it counts as a guess of its network
    (docs/adr/0017-registration.md).
    Raises EmailTaken, InvalidEmail, InvalidPassword, PersonalPassword, KnownPassword, InvalidText,
    TooManyGuesses, HashingBusy.
    """

    begin: BeginAccounts
    ids: IdFactory
    choose_password: ChoosePassword
    read_email: ReadEmail
    open_session: OpenSession
    limits: GuessLimits

    async def __call__(self, command: RegisterUserCommand, client: Client) -> SignedIn:
        email = Email(self.read_email(command.email))
        password_hash = await self.choose_password(command.password, about=command.about)
        user_id, link_id = UserId(self.ids.new()), AccountLinkId(self.ids.new())
        counted = self.limits.of_network(client.ip)
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
            refusal: DomainError | None = await guess(tx, [counted])
            if refusal is None and await _has_account(tx, email):
                refusal = EmailTaken()
            if refusal is None:
                await tx.users.add(user)
                await keep_session(tx, opened.session)
                await tx.attempts.give_back([counted], at=tx.now)
                await post_link(tx, link_id, user, LinkPurpose.VERIFY_EMAIL)
                tx.remember(opened.signed_in, is_secret=True)
            elif client.keyed is not None:
                await tx.repeats.release([client.keyed.key])
        if refusal is not None:  # Raised only now: raising inside would undo the count.
            raise refusal
        return opened.signed_in


async def _has_account(tx: AccountTransaction, email: Email) -> bool:
    try:
        await tx.users.with_email(email.key)
    except UserNotFound:
        return False
    return True
