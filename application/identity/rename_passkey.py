"""Somebody calls a passkey otherwise."""

from dataclasses import dataclass

from application.identity.factor_ports import BeginFactors
from application.shared.actor import Actor, authorize_person
from application.shared.messages import Command
from domain.shared.ids import PasskeyId


class RenamePasskeyCommand(Command):
    name: str


@dataclass(frozen=True, slots=True)
class RenamePasskey:
    """Raises PasskeyNotFound, InvalidText, PersonRequired."""

    begin: BeginFactors

    async def __call__(
        self, actor: Actor, passkey_id: PasskeyId, command: RenamePasskeyCommand
    ) -> None:
        authorize_person(actor)
        async with self.begin(actor.as_person()) as tx:
            passkey = await tx.passkeys.lock(actor.user_id, passkey_id)
            passkey.rename(command.name)
            await tx.passkeys.save(passkey)
