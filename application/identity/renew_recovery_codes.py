"""Somebody takes new recovery codes; the old ones die."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.confirm_second_factor import new_recovery_codes
from application.identity.letter_access import post_to
from application.identity.reauthentication_access import Reauthentication
from application.shared.account_letters import AccountLetterKind
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.identity.errors import SecondFactorOff


class RenewRecoveryCodesCommand(Command):
    """The password, if the sign-in is more than 10 minutes old."""

    password: str | None = None


@dataclass(frozen=True, slots=True)
class RenewRecoveryCodes:
    """Tell ten new codes, this once.

    Raises FreshSignInNeeded, WrongPassword, TooManyGuesses, SecondFactorOff.
    """

    begin: BeginAccounts
    reauthenticate: Reauthentication
    ids: IdFactory

    async def __call__(self, actor: Actor, command: RenewRecoveryCodesCommand) -> tuple[str, ...]:
        await self.reauthenticate(actor, command.password)
        recovery_codes, letter_id = new_recovery_codes(self.ids), self.ids.new()
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)
            factor = await tx.second_factors.lock(actor.user_id)
            if not (await tx.second_factors.factors_of(actor.user_id)).are_asked:
                raise SecondFactorOff
            factor.give_recovery(recovery_codes)
            await tx.second_factors.keep(factor)
            await post_to(tx, user, AccountLetterKind.RECOVERY_CODES_RENEWED, letter_id)
        return recovery_codes
