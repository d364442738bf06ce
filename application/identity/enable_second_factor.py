"""Somebody sets up an authenticator app."""

from dataclasses import dataclass

from application.identity.factor_ports import AppCodes, NewSeed
from application.identity.ports import BeginIdentity
from application.identity.reauthentication_access import Reauthentication
from application.shared.actor import Actor
from application.shared.messages import Command


class EnableSecondFactorCommand(Command):
    """The password, if the sign-in is more than 10 minutes old."""

    password: str | None = None


@dataclass(frozen=True, slots=True)
class EnableSecondFactor:
    """Make a seed for the owner's app; it is nothing until its first code is shown.

    Raises FreshSignInNeeded, WrongPassword, TooManyGuesses, SecondFactorOn.
    """

    begin: BeginIdentity
    reauthenticate: Reauthentication
    app_codes: AppCodes

    async def __call__(self, actor: Actor, command: EnableSecondFactorCommand) -> NewSeed:
        await self.reauthenticate(actor, command.password)
        seed = self.app_codes.new_seed(actor.user_id, actor.email)
        async with self.begin(actor.as_person()) as tx:
            await tx.users.lock(actor.user_id)
            factor = await tx.second_factors.lock(actor.user_id)
            factor.enrol(seed.sealed, at=tx.now)
            await tx.second_factors.keep(factor)
        return seed
