"""Somebody is about to register a passkey."""

from dataclasses import dataclass
from typing import Any

from application.identity.factor_ports import PasskeyCeremonies, SignInChallenges
from application.identity.ports import BeginIdentity
from application.identity.reauthentication_access import Reauthentication
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.identity.challenge import Challenge, Purpose


class PreparePasskeyCommand(Command):
    """The password, if the sign-in is more than 10 minutes old."""

    password: str | None = None


@dataclass(frozen=True, slots=True)
class PreparePasskey:
    """Make what `navigator.credentials.create` takes; its challenge stands for 5 minutes.

    Raises FreshSignInNeeded, WrongPassword, TooManyGuesses.
    """

    begin: BeginIdentity
    reauthenticate: Reauthentication
    challenges: SignInChallenges
    ceremonies: PasskeyCeremonies
    ids: IdFactory

    async def __call__(self, actor: Actor, command: PreparePasskeyCommand) -> dict[str, Any]:
        await self.reauthenticate(actor, command.password)
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.get(actor.user_id)
            factors = await tx.second_factors.factors_of(actor.user_id)
            challenge = Challenge.of(self.ids.new(), Purpose.PASSKEY_REGISTRATION, user, at=tx.now)
        known = [passkey.credential_id for passkey in factors.passkeys]
        return self.ceremonies.creation_options(
            user.id, user.email.address, user.name, self.challenges.seal(challenge), known
        )
