"""Somebody wants to be known by another address."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.reauthentication_access import Reauthentication
from application.shared.actor import Actor
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.shared.ids import AccountLinkId

ANNOUNCE_JOB = "accounts.announce_email_change"


class ChangeEmailCommand(Command):
    email: str
    current_password: str | None = None
    """Without it, the session must have begun in the last ten minutes."""


@dataclass(frozen=True, slots=True)
class ChangeEmail:
    """Write to the new address; it counts once that mail's secret is shown (VerifyEmail).

    Whether it has an account already is looked up by a job, so that nobody learns it here.
    Raises InvalidEmail, WrongPassword, FreshSignInNeeded, TooManyGuesses, HashingBusy,
    PersonRequired.
    """

    begin: BeginAccounts
    ids: IdFactory
    read_email: ReadEmail
    reauthenticate: Reauthentication

    async def __call__(self, actor: Actor, command: ChangeEmailCommand) -> None:
        email = self.read_email(command.email)
        link_id = AccountLinkId(self.ids.new())
        shown = await self.reauthenticate(actor, command.current_password)
        async with self.begin(actor.as_person()) as tx:
            tx.enqueue(
                ANNOUNCE_JOB,
                {
                    "user_id": str(shown.id),
                    "session_id": str(actor.session_id),
                    "email": email,
                    "link_id": str(link_id),
                },
            )
