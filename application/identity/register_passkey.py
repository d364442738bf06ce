"""Somebody's device made a passkey for us."""

from dataclasses import dataclass

from msgspec import Struct

from application.identity.confirm_second_factor import new_recovery_codes
from application.identity.factor_ports import (
    BeginFactors,
    CreatedPasskey,
    PasskeyCeremonies,
    SignInChallenges,
)
from application.identity.letter_access import post_to
from application.shared.account_letters import AccountLetterKind
from application.shared.actor import Actor, authorize_person
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.identity.challenge import Purpose
from domain.identity.errors import ChallengeOver, PasskeyUnusable, TooManyPasskeys
from domain.identity.passkey import PASSKEYS_MAX, Passkey
from domain.shared.ids import PasskeyId


class RegisterPasskeyCommand(Command):
    """What the owner calls it, and what the browser gave."""

    name: str
    credential: CreatedPasskey


class RegisteredPasskey(Struct, frozen=True):
    """Which one it is; recovery codes if it is the first second factor of the account."""

    passkey_id: PasskeyId
    recovery_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterPasskey:
    """Keep its public key and spend the challenge it answered.

    Raises PasskeyUnusable, PasskeyKnown, TooManyPasskeys, InvalidText, PersonRequired.
    """

    begin: BeginFactors
    challenges: SignInChallenges
    ceremonies: PasskeyCeremonies
    ids: IdFactory

    async def __call__(self, actor: Actor, command: RegisterPasskeyCommand) -> RegisteredPasskey:
        authorize_person(actor)
        try:
            return await self._keep(actor, command)
        except ChallengeOver as over:  # Who is signed in is in no doubt; the passkey is.
            raise PasskeyUnusable from over

    async def _keep(self, actor: Actor, command: RegisterPasskeyCommand) -> RegisteredPasskey:
        asked = self.ceremonies.challenge_in(command.credential)
        challenge = self.challenges.open(asked)
        credential = self.ceremonies.created(command.credential, asked)
        passkey_id, letter_id = PasskeyId(self.ids.new()), self.ids.new()
        recovery_codes: tuple[str, ...] = ()
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)
            challenge.require(Purpose.PASSKEY_REGISTRATION, user, at=tx.now)
            await tx.spent_challenges.spend(challenge)
            if await tx.passkeys.count_of(user.id) >= PASSKEYS_MAX:
                raise TooManyPasskeys(maximum=PASSKEYS_MAX)
            factor = await tx.second_factors.lock(user.id)
            if not (await tx.second_factors.factors_of(user.id)).are_asked:
                recovery_codes = new_recovery_codes(self.ids)
                factor.give_recovery(recovery_codes)
                await tx.second_factors.keep(factor)
            passkey = Passkey(
                id=passkey_id,
                user_id=user.id,
                credential_id=credential.credential_id,
                public_key=credential.public_key,
                sign_count=credential.sign_count,
                name=command.name,
                transports=credential.transports,
                created_at=tx.now,
            )
            await tx.passkeys.add(passkey)
            await post_to(tx, user, AccountLetterKind.PASSKEY_ADDED, letter_id, passkey.name)
        return RegisteredPasskey(passkey_id, recovery_codes)
