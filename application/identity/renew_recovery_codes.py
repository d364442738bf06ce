"""Somebody takes new recovery codes; the old ones die."""

from dataclasses import dataclass

from application.identity.confirm_second_factor import new_recovery_codes
from application.identity.ports import BeginIdentity
from application.identity.reauthentication_access import Reauthentication
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

    begin: BeginIdentity
    reauthenticate: Reauthentication
    ids: IdFactory

    async def __call__(self, actor: Actor, command: RenewRecoveryCodesCommand) -> tuple[str, ...]:
        await self.reauthenticate(actor, command.password)
        recovery_codes = new_recovery_codes(self.ids)
        async with self.begin(actor.as_person()) as tx:
            await tx.users.lock(actor.user_id)
            factor = await tx.second_factors.lock(actor.user_id)
            if not (await tx.second_factors.factors_of(actor.user_id)).are_asked:
                raise SecondFactorOff
            factor.give_recovery(recovery_codes)
            await tx.second_factors.keep(factor)
        return recovery_codes
