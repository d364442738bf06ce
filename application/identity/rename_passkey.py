"""Somebody calls a passkey otherwise."""

from dataclasses import dataclass

from application.identity.factor_ports import BeginFactors
from application.identity.owner_access import in_person
from application.shared.actor import Actor
from application.shared.messages import Command
from domain.shared.ids import PasskeyId


class RenamePasskeyCommand(Command):
    name: str


@dataclass(frozen=True, slots=True)
class RenamePasskey:
    """Raises PasskeyNotFound, InvalidText."""

    begin: BeginFactors

    async def __call__(
        self, actor: Actor, passkey_id: PasskeyId, command: RenamePasskeyCommand
    ) -> None:
        async with self.begin(in_person(actor)) as tx:
            passkey = await tx.passkeys.lock(actor.user_id, passkey_id)
            passkey.rename(command.name)
            await tx.passkeys.save(passkey)
