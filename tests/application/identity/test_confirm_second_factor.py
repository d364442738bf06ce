import re
from datetime import timedelta

import pytest

from application.identity.enable_second_factor import EnableSecondFactorCommand
from domain.identity.errors import EnrolmentOver, InvalidSecondFactor, SecondFactorUnreadable
from tests.application.identity.factors import App, TwoSteps
from tests.conftest import VirtualClock


async def test_the_first_code_turns_it_on_and_gives_recovery_codes(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins()
    seed = await two_steps.enable_second_factor(ada.actor, EnableSecondFactorCommand())

    codes = await two_steps.confirm_second_factor(
        ada.actor, App(seed.secret, two_steps.clock).code()
    )

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", c) for c in codes)
    factors = await two_steps.factors(ada.actor.user_id)
    assert (factors.has_app, factors.recovery_codes) == (True, 10)


async def test_a_wrong_first_code_counts(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins()
    seed = await two_steps.enable_second_factor(ada.actor, EnableSecondFactorCommand())

    with pytest.raises(InvalidSecondFactor):
        await two_steps.confirm_second_factor(
            ada.actor, App(seed.secret, two_steps.clock).wrong_code()
        )

    factor = await two_steps.factor(ada.actor.user_id)
    assert (factor.has_app, factor.wrong_in_a_row) == (False, 1)


async def test_after_ten_minutes_it_is_too_late(two_steps: TwoSteps, clock: VirtualClock) -> None:
    ada = await two_steps.joins()
    seed = await two_steps.enable_second_factor(ada.actor, EnableSecondFactorCommand())
    clock.advance(timedelta(minutes=10))

    with pytest.raises(EnrolmentOver):
        await two_steps.confirm_second_factor(ada.actor, App(seed.secret, clock).code())


async def test_nobody_confirms_the_seed_of_another(two_steps: TwoSteps) -> None:
    """AU-08: Eve's code turns on nothing of Ada's, and a seed opens for its owner alone."""
    ada, eve = await two_steps.joins("ada"), await two_steps.joins("eve")
    of_eve = await two_steps.enable_second_factor(eve.actor, EnableSecondFactorCommand())
    code = App(of_eve.secret, two_steps.clock).code()

    with pytest.raises(EnrolmentOver):
        await two_steps.confirm_second_factor(ada.actor, code)
    with pytest.raises(SecondFactorUnreadable):
        two_steps.app_codes.step_of(ada.actor.user_id, of_eve.sealed, code, two_steps.clock())
