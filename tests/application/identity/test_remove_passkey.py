from datetime import timedelta

import pytest

from application.identity.remove_passkey import RemovePasskey
from domain.identity.errors import FreshSignInNeeded, LastWayIn, PasskeyNotFound
from tests.application.identity.factors import TwoSteps
from tests.conftest import VirtualClock


@pytest.fixture
def remove_passkey(two_steps: TwoSteps) -> RemovePasskey:
    return RemovePasskey(two_steps.begin, two_steps.reauthenticate)


async def test_with_the_last_second_factor_its_recovery_codes_go(
    two_steps: TwoSteps, remove_passkey: RemovePasskey
) -> None:
    ada = await two_steps.joins()
    first = await two_steps.registers(ada)
    second = await two_steps.registers(ada)

    await remove_passkey(ada.actor, first.passkey_id)
    assert (await two_steps.factors(ada.actor.user_id)).recovery_codes == 10
    await remove_passkey(ada.actor, second.passkey_id)

    factors = await two_steps.factors(ada.actor.user_id)
    assert (factors.are_asked, factors.recovery_codes) == (False, 0)


async def test_the_last_way_in_stays(two_steps: TwoSteps, remove_passkey: RemovePasskey) -> None:
    ada = await two_steps.joins()
    first = await two_steps.registers(ada)
    second = await two_steps.registers(ada)
    await two_steps.forgets_password(ada.actor.user_id)
    await remove_passkey(ada.actor, first.passkey_id)

    with pytest.raises(LastWayIn):
        await remove_passkey(ada.actor, second.passkey_id)

    assert (await two_steps.factors(ada.actor.user_id)).are_asked


async def test_only_a_fresh_owner_removes_it(
    two_steps: TwoSteps, remove_passkey: RemovePasskey, clock: VirtualClock
) -> None:
    ada, eve = await two_steps.joins("ada"), await two_steps.joins("eve")
    passkey = await two_steps.registers(ada)

    with pytest.raises(PasskeyNotFound):
        await remove_passkey(eve.actor, passkey.passkey_id)
    clock.advance(timedelta(minutes=10))
    with pytest.raises(FreshSignInNeeded):
        await remove_passkey(ada.actor, passkey.passkey_id)
