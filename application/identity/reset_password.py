"""Somebody shows the secret of a mail and chooses a new password."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.choose_password import ChoosePassword
from application.identity.guessing_access import GuessLimits, clear_guesses
from application.identity.letter_access import post_to
from application.identity.ports import Client, RememberedTokens
from application.shared.account_letters import AccountLetterKind, AccountTokens
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.scope import PUBLIC, person
from domain.identity.account_link import AccountLink, LinkPurpose
from domain.identity.errors import InvalidAccountToken
from domain.identity.networks import network_of
from domain.identity.user import User
from domain.shared.ids import AccountLinkId


class ResetPasswordCommand(Command):
    token: str
    password: str


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Set it, end every session, every other link and what applications were let do, and tell the
    owner by mail.

    The mail also shows that the address is theirs. If nobody had shown that before, whoever opened
    the account may be a stranger, and all other ways in are forgotten; else they stay, or the
    mailbox alone would outdo a second factor. Nobody is signed in by that.
    Raises InvalidAccountToken, AccountDisabled, InvalidPassword, PersonalPassword, KnownPassword,
    HashingBusy.
    """

    begin: BeginAccounts
    ids: IdFactory
    tokens: AccountTokens
    choose_password: ChoosePassword
    remembered: RememberedTokens
    limits: GuessLimits

    async def __call__(self, command: ResetPasswordCommand, client: Client) -> None:
        link_id, letter_id = self.tokens.link(command.token), self.ids.new()
        if link_id is None:
            raise InvalidAccountToken
        owner = await self._owner(link_id)
        about = (owner.email.address, owner.first_name, owner.last_name)
        password_hash = await self.choose_password(command.password, about=about)
        async with self.begin(person(owner.id)) as tx:
            link = await tx.links.lock(link_id)
            link.use(LinkPurpose.RESET_PASSWORD, at=tx.now)
            user = await tx.users.lock(link.user_id)
            _require_same(user, link)
            user.set_password(password_hash, at=tx.now)
            was_theirs = user.email_verified_at is not None
            user.verify_email(link.email, at=tx.now)
            await tx.users.save(user)
            await tx.links.save(link)
            await tx.links.end_all(user.id)
            await tx.sessions.end_all(user.id, at=tx.now)
            if was_theirs:
                await tx.ways_in.erase_applications(user.id)
            else:
                await tx.ways_in.erase(user.id)
            # Whoever knew the old password may have been at home here; the owner now is, even
            # while strangers, or they themselves, have used up their guesses.
            await tx.familiar_networks.forget_user(user.id)
            await tx.familiar_networks.note(user.id, network_of(client.ip), at=tx.now)
            await post_to(tx, user, AccountLetterKind.PASSWORD_CHANGED, letter_id)
            await clear_guesses(tx, self.limits, user, client.ip)
        self.remembered.forget_user(user.id)

    async def _owner(self, link_id: AccountLinkId) -> User:
        """Whose it is: asked apart, for hashing a password inside takes too long."""
        async with self.begin(PUBLIC) as tx:
            link = await tx.links.lock(link_id)
            link.use(LinkPurpose.RESET_PASSWORD, at=tx.now)
            user = await tx.users.get(link.user_id)
        _require_same(user, link)
        return user


def _require_same(user: User, link: AccountLink) -> None:
    """Raises AccountDisabled, and InvalidAccountToken if the address was changed since."""
    user.require_active()
    if user.email.key != link.email.key:
        raise InvalidAccountToken
