from datetime import timedelta

import pytest

from application.identity.renew_recovery_codes import (
    RenewRecoveryCodes,
    RenewRecoveryCodesCommand,
)
from domain.identity.errors import FreshSignInNeeded, InvalidSecondFactor, SecondFactorOff
from tests.application.identity.factors import TwoSteps
from tests.application.identity.people import PASSWORD
from tests.conftest import VirtualClock


@pytest.fixture
def renew_recovery_codes(two_steps: TwoSteps) -> RenewRecoveryCodes:
    return RenewRecoveryCodes(two_steps.begin, two_steps.reauthenticate, two_steps.ids)


async def test_new_codes_are_the_death_of_the_old(
    two_steps: TwoSteps, renew_recovery_codes: RenewRecoveryCodes
) -> None:
    ada = await two_steps.joins_with_app()

    renewed = await renew_recovery_codes(ada.actor, RenewRecoveryCodesCommand())

    assert len(set(renewed) - set(ada.recovery_codes)) == 10
    with pytest.raises(InvalidSecondFactor):
        await two_steps.answers(await two_steps.asks(), recovery_code=ada.recovery_codes[0])
    await two_steps.answers(await two_steps.asks(), recovery_code=renewed[0])


async def test_without_a_second_factor_there_are_none(
    two_steps: TwoSteps, renew_recovery_codes: RenewRecoveryCodes
) -> None:
    ada = await two_steps.joins()

    with pytest.raises(SecondFactorOff):
        await renew_recovery_codes(ada.actor, RenewRecoveryCodesCommand())


async def test_an_old_sign_in_needs_the_password(
    two_steps: TwoSteps, renew_recovery_codes: RenewRecoveryCodes, clock: VirtualClock
) -> None:
    ada = await two_steps.joins_with_app()
    clock.advance(timedelta(minutes=10))

    with pytest.raises(FreshSignInNeeded):
        await renew_recovery_codes(ada.actor, RenewRecoveryCodesCommand())
    assert await renew_recovery_codes(ada.actor, RenewRecoveryCodesCommand(password=PASSWORD))
