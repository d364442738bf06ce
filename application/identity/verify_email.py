"""Somebody shows the secret of a mail: the address is theirs."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.letter_access import post
from application.identity.ports import RememberedTokens
from application.shared.account_letters import AccountLetter, AccountLetterKind, AccountTokens
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.scope import PUBLIC
from domain.identity.account_link import LinkPurpose
from domain.identity.errors import InvalidAccountToken
from domain.shared.ids import AccountLinkId, RegistrationId, UserId


class VerifyEmailCommand(Command):
    token: str


@dataclass(frozen=True, slots=True)
class VerifyEmail:
    """Note it, put the new address in the place of the old one, or open the account.

    Nobody is signed in by that: mails are opened on other devices, and by programs.
    Raises InvalidAccountToken, EmailTaken (the token has shown whose address it is).
    """

    begin: BeginAccounts
    ids: IdFactory
    tokens: AccountTokens
    remembered: RememberedTokens

    async def __call__(self, command: VerifyEmailCommand) -> None:
        link_id = self.tokens.link(command.token)
        registration_id = self.tokens.registration(command.token)
        if link_id is not None:
            await self._follow(link_id)
        elif registration_id is not None:
            await self._open(registration_id)
        else:
            raise InvalidAccountToken

    async def _follow(self, link_id: AccountLinkId) -> None:
        letter_id = self.ids.new()
        async with self.begin(PUBLIC) as tx:
            link = await tx.links.lock(link_id)
            link.use(LinkPurpose.VERIFY_EMAIL, LinkPurpose.CHANGE_EMAIL, at=tx.now)
            user = await tx.users.lock(link.user_id)
            greeted, before = user.greeted, user.email.address
            is_other = user.verify_email(link.email, at=tx.now)
            if is_other and link.purpose is not LinkPurpose.CHANGE_EMAIL:
                raise InvalidAccountToken  # The address was changed since.
            await tx.users.save(user)
            await tx.links.save(link)
            if is_other:
                await tx.links.end_all(user.id)
                letter = AccountLetter(
                    id=letter_id,
                    kind=AccountLetterKind.EMAIL_CHANGED,
                    to_name=greeted,
                    to_address=before,
                )
                await post(tx, letter)
        self.remembered.forget_user(user.id)

    async def _open(self, registration_id: RegistrationId) -> None:
        user_id = UserId(self.ids.new())
        async with self.begin(PUBLIC) as tx:
            registration = await tx.registrations.lock(registration_id)
            user = registration.open(user_id, at=tx.now)
            await tx.users.add(user)
            await tx.registrations.end_all(user.email.key)
