"""Somebody who knows their password chooses another one."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.choose_password import ChoosePassword
from application.identity.letter_access import post_to
from application.identity.ports import RememberedTokens
from application.identity.reauthentication_access import Reauthentication
from application.shared.account_letters import AccountLetterKind
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.identity.errors import WrongPassword


class ChangePasswordCommand(Command):
    new_password: str
    current_password: str | None = None
    """Without it, the session must have begun in the last ten minutes."""


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Set it, end all other sessions, pending links and what applications were let do, and tell
    the owner by mail.

    Raises WrongPassword, FreshSignInNeeded, TooManyGuesses, InvalidPassword, PersonalPassword,
    KnownPassword, HashingBusy, PersonRequired.
    """

    begin: BeginAccounts
    ids: IdFactory
    reauthenticate: Reauthentication
    choose_password: ChoosePassword
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, command: ChangePasswordCommand) -> None:
        letter_id = self.ids.new()
        shown = await self.reauthenticate(actor, command.current_password)
        about = (shown.email.address, shown.first_name, shown.last_name)
        password_hash = await self.choose_password(
            command.new_password, about=about, field="newPassword"
        )
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)
            if user.password_hash != shown.password_hash:  # Changed while we were checking.
                raise WrongPassword
            user.set_password(password_hash, at=tx.now)
            await tx.users.save(user)
            await tx.links.end_all(user.id)
            await tx.ways_in.erase_applications(user.id)
            await tx.sessions.end_all(user.id, but=actor.session_id, at=tx.now)
            await post_to(tx, user, AccountLetterKind.PASSWORD_CHANGED, letter_id)
        self.remembered.forget_user(user.id)
