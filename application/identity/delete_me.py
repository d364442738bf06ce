"""Somebody closes their account."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.closing_access import close_account, closing_scope
from application.identity.ports import RememberedTokens
from application.identity.reauthentication_access import Reauthentication
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.messages import Command


class DeleteMeCommand(Command):
    password: str | None = None
    """Without it, the session must have begun in the last ten minutes."""


@dataclass(frozen=True, slots=True)
class DeleteMe:
    """Forget the person; their orders and tickets stay with the organisers (docs/accounts.md).

    Raises WrongPassword, FreshSignInNeeded, TooManyGuesses, LastOwner, LastPlatformAdmin,
    PersonRequired, HashingBusy.
    """

    begin: BeginAccounts
    ids: IdFactory
    reauthenticate: Reauthentication
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, command: DeleteMeCommand) -> None:
        letter_id = self.ids.new()
        await self.reauthenticate(actor, command.password)
        async with self.begin(actor.as_person()) as tx:
            teams = await tx.teams.of(actor.user_id)
        scope = await closing_scope(self.begin, actor, actor.user_id, teams)
        async with self.begin(scope) as tx:
            visits = await close_account(tx, actor.user_id, letter_id)
        self.remembered.forget_user(actor.user_id)
        for visit_id in visits:
            self.remembered.forget_session(visit_id)
