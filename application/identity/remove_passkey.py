"""Somebody gives up a passkey."""

from dataclasses import dataclass

from application.identity.factor_ports import BeginFactors
from application.identity.letter_access import post_to
from application.identity.provider_ports import LoginProviders
from application.identity.reauthentication_access import Reauthentication
from application.identity.ways_in_access import require_way_in
from application.shared.account_letters import AccountLetterKind
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from domain.shared.ids import PasskeyId


@dataclass(frozen=True, slots=True)
class RemovePasskey:
    """It signs in no more; without another second factor, recovery codes die with it.

    Raises FreshSignInNeeded, PasskeyNotFound, LastWayIn.
    """

    begin: BeginFactors
    reauthenticate: Reauthentication
    ids: IdFactory
    providers: LoginProviders

    async def __call__(self, actor: Actor, passkey_id: PasskeyId) -> None:
        await self.reauthenticate(actor, None)
        letter_id = self.ids.new()
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)
            factor = await tx.second_factors.lock(user.id)
            passkey = await tx.passkeys.lock(user.id, passkey_id)
            await tx.passkeys.remove(passkey)
            await require_way_in(tx, user, self.providers.issuers())
            if not (await tx.second_factors.factors_of(user.id)).are_asked:
                factor.forget_recovery()
                await tx.second_factors.keep(factor)
            kind = AccountLetterKind.PASSKEY_REMOVED
            await post_to(tx, user, kind, letter_id, passkey.name)
