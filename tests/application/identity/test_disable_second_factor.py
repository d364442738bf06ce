from typing import Any

import pytest

from application.identity.disable_second_factor import (
    DisableSecondFactor,
    DisableSecondFactorCommand,
)
from domain.identity.errors import (
    InvalidSecondFactor,
    SecondFactorNotNamed,
    SecondFactorOff,
    TooManyCodes,
)
from tests.application.identity.factors import TwoSteps


@pytest.fixture
def disable_second_factor(two_steps: TwoSteps) -> DisableSecondFactor:
    return DisableSecondFactor(two_steps.begin, two_steps.app_codes, two_steps.ids)


def by(**answer: Any) -> DisableSecondFactorCommand:
    return DisableSecondFactorCommand(**answer)


@pytest.mark.parametrize("is_lost", [True, False])
async def test_a_code_or_a_recovery_code_turns_it_off(
    two_steps: TwoSteps, disable_second_factor: DisableSecondFactor, is_lost: bool
) -> None:
    ada = await two_steps.joins_with_app()
    assert ada.app is not None
    command = by(recovery_code=ada.recovery_codes[0]) if is_lost else by(code=ada.app.code())

    await disable_second_factor(ada.actor, command)

    factors = await two_steps.factors(ada.actor.user_id)
    assert not factors.are_asked
    assert factors.recovery_codes == 0


async def test_passkeys_and_recovery_codes_stay(
    two_steps: TwoSteps, disable_second_factor: DisableSecondFactor
) -> None:
    ada = await two_steps.joins_with_app()
    await two_steps.registers(ada)
    assert ada.app is not None

    await disable_second_factor(ada.actor, by(code=ada.app.code()))

    factors = await two_steps.factors(ada.actor.user_id)
    assert (factors.has_app, len(factors.passkeys), factors.recovery_codes) == (False, 1, 10)


async def test_wrong_codes_count_here_too(
    two_steps: TwoSteps, disable_second_factor: DisableSecondFactor
) -> None:
    ada = await two_steps.joins_with_app()
    assert ada.app is not None
    for _ in range(5):
        with pytest.raises(InvalidSecondFactor):
            await disable_second_factor(ada.actor, by(code=ada.app.wrong_code()))

    with pytest.raises(TooManyCodes):
        await disable_second_factor(ada.actor, by(code=ada.app.code()))


async def test_nothing_is_turned_off_twice_or_without_a_code(
    two_steps: TwoSteps, disable_second_factor: DisableSecondFactor
) -> None:
    ada = await two_steps.joins()

    with pytest.raises(SecondFactorOff):
        await disable_second_factor(ada.actor, by(code="123456"))
    with pytest.raises(SecondFactorNotNamed):
        await disable_second_factor(ada.actor, by())
