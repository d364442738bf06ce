"""Somebody takes new recovery codes; the old ones die."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.confirm_second_factor import new_recovery_codes
from application.identity.letter_access import tell_owner
from application.identity.owner_access import OwnerAccess, in_person
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

    Raises FreshSignInNeeded, InvalidCredentials, TooManyCodes, SecondFactorOff.
    """

    begin: BeginAccounts
    owner: OwnerAccess
    ids: IdFactory

    async def __call__(self, actor: Actor, command: RenewRecoveryCodesCommand) -> tuple[str, ...]:
        await self.owner(actor, command.password)
        recovery_codes, letter_id = new_recovery_codes(self.ids), self.ids.new()
        async with self.begin(in_person(actor)) as tx:
            user = await tx.users.lock(actor.user_id)
            factor = await tx.second_factors.lock(actor.user_id)
            if not (await tx.second_factors.factors_of(actor.user_id)).are_asked:
                raise SecondFactorOff
            factor.give_recovery(recovery_codes)
            await tx.second_factors.keep(factor)
            await tell_owner(tx, letter_id, AccountLetterKind.RECOVERY_CODES_RENEWED, user)
        return recovery_codes
