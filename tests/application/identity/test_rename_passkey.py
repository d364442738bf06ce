import pytest

from application.identity.rename_passkey import RenamePasskey, RenamePasskeyCommand
from application.shared.scope import PUBLIC
from domain.identity.errors import PasskeyNotFound
from tests.application.identity.factors import TwoSteps


async def test_the_owner_renames_it_and_nobody_else(two_steps: TwoSteps) -> None:
    ada, eve = await two_steps.joins("ada"), await two_steps.joins("eve")
    passkey_id = (await two_steps.registers(ada)).passkey_id
    rename_passkey = RenamePasskey(two_steps.begin)

    await rename_passkey(ada.actor, passkey_id, RenamePasskeyCommand(name="Key ring"))
    with pytest.raises(PasskeyNotFound):
        await rename_passkey(eve.actor, passkey_id, RenamePasskeyCommand(name="Mine"))

    async with two_steps.begin(PUBLIC) as tx:
        assert (await tx.passkeys.lock(ada.actor.user_id, passkey_id)).name == "Key ring"
