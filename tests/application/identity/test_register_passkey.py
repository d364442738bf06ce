from datetime import timedelta
from typing import Any

import pytest

from application.identity.prepare_passkey import PreparePasskeyCommand
from application.identity.register_passkey import RegisterPasskeyCommand
from application.shared.scope import PUBLIC
from domain.identity.errors import (
    PasskeyKnown,
    PasskeyUnusable,
    TooManyPasskeys,
)
from domain.identity.passkey import PASSKEYS_MAX
from tests.application.identity.factors import TwoSteps, created_passkey
from tests.conftest import VirtualClock


async def test_the_first_passkey_comes_with_recovery_codes(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins()

    first = await two_steps.registers(ada)
    second = await two_steps.registers(ada, "Laptop")

    assert len(set(first.recovery_codes)) == 10
    assert second.recovery_codes == ()
    factors = await two_steps.factors(ada.actor.user_id)
    assert [one.transports for one in factors.passkeys] == [("internal",)] * 2
    assert factors.are_asked


async def test_beside_an_app_its_recovery_codes_stay(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_app()

    assert (await two_steps.registers(ada)).recovery_codes == ()

    await two_steps.answers(await two_steps.asks(), recovery_code=ada.recovery_codes[0])


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"is_verified": False}],
)
async def test_a_passkey_of_elsewhere_is_not_kept(
    two_steps: TwoSteps, wrong: dict[str, Any]
) -> None:
    ada = await two_steps.joins()

    with pytest.raises(PasskeyUnusable):
        await two_steps.registers(ada, **wrong)

    assert not (await two_steps.factors(ada.actor.user_id)).are_asked


async def test_options_are_for_one_passkey_of_one_person(
    two_steps: TwoSteps, clock: VirtualClock
) -> None:
    ada, eve = await two_steps.joins("ada"), await two_steps.joins("eve")
    options = await two_steps.prepare_passkey(ada.actor, PreparePasskeyCommand())

    def a_command() -> RegisterPasskeyCommand:
        answer = created_passkey(ada.device.create(options))
        return RegisterPasskeyCommand(name="Phone", credential=answer)

    with pytest.raises(PasskeyUnusable):
        await two_steps.register_passkey(eve.actor, a_command())
    await two_steps.register_passkey(ada.actor, a_command())
    with pytest.raises(PasskeyUnusable):  # Replayed.
        await two_steps.register_passkey(ada.actor, a_command())
    options = await two_steps.prepare_passkey(ada.actor, PreparePasskeyCommand())
    clock.advance(timedelta(minutes=5))
    with pytest.raises(PasskeyUnusable):
        await two_steps.register_passkey(ada.actor, a_command())


async def test_a_challenge_of_our_own_making_is_needed(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins()
    options = await two_steps.prepare_passkey(ada.actor, PreparePasskeyCommand())
    answer = created_passkey(ada.device.create(options | {"challenge": "Zm9yZ2Vk"}))

    with pytest.raises(PasskeyUnusable):
        await two_steps.register_passkey(
            ada.actor, RegisterPasskeyCommand(name="Phone", credential=answer)
        )


async def test_a_passkey_is_registered_once_on_the_whole_platform(two_steps: TwoSteps) -> None:
    ada, eve = await two_steps.joins("ada"), await two_steps.joins("eve")
    await two_steps.registers(ada, credential_id=b"c" * 32)

    with pytest.raises(PasskeyKnown):
        await two_steps.registers(eve, credential_id=b"c" * 32)


async def test_an_account_has_twenty_at_most(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_passkey()
    async with two_steps.begin(PUBLIC) as tx:
        [known] = (await tx.second_factors.factors_of(ada.actor.user_id)).passkeys
        passkey = await tx.passkeys.lock_by_credential(ada.actor.user_id, known.credential_id)
        for number in range(PASSKEYS_MAX - 1):
            passkey.id, passkey.credential_id = two_steps.ids.new(), bytes([number])  # type: ignore[assignment]  # Its type is a formality here.
            await tx.passkeys.add(passkey)

    with pytest.raises(TooManyPasskeys):
        await two_steps.registers(ada)
