"""Somebody gives up a passkey."""

from dataclasses import dataclass

from application.identity.factor_ports import BeginFactors
from application.identity.reauthentication_access import Reauthentication
from application.shared.actor import Actor
from domain.identity.errors import LastWayIn
from domain.shared.ids import PasskeyId


@dataclass(frozen=True, slots=True)
class RemovePasskey:
    """It signs in no more; without another second factor, recovery codes die with it.

    Raises FreshSignInNeeded, PasskeyNotFound, LastWayIn.
    """

    begin: BeginFactors
    reauthenticate: Reauthentication

    async def __call__(self, actor: Actor, passkey_id: PasskeyId) -> None:
        await self.reauthenticate(actor, None)
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)
            factor = await tx.second_factors.lock(user.id)
            passkey = await tx.passkeys.lock(user.id, passkey_id)
            if user.password_hash is None and await tx.passkeys.count_of(user.id) == 1:
                raise LastWayIn
            await tx.passkeys.remove(passkey)
            if not (await tx.second_factors.factors_of(user.id)).are_asked:
                factor.forget_recovery()
                await tx.second_factors.keep(factor)
