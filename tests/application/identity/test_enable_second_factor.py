from datetime import timedelta

import msgspec
import pytest

from application.identity.enable_second_factor import EnableSecondFactorCommand
from domain.identity.errors import (
    FreshSignInNeeded,
    SecondFactorOn,
    TooManyGuesses,
    WrongPassword,
)
from domain.shared.errors import PersonRequired
from domain.shared.permissions import PersonalScope
from tests.application.identity.factors import TwoSteps
from tests.application.identity.people import PASSWORD
from tests.conftest import VirtualClock

AT_ONCE = EnableSecondFactorCommand()
WITH_PASSWORD = EnableSecondFactorCommand(password=PASSWORD)
WRONG = EnableSecondFactorCommand(password="wrong")


async def test_a_seed_is_told_once_and_kept_sealed(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins()

    seed = await two_steps.enable_second_factor(ada.actor, AT_ONCE)

    kept = await two_steps.factor(ada.actor.user_id)
    assert len(seed.secret) == 32
    assert seed.address.startswith("otpauth://totp/Tixmo:ada%40example.com?")
    assert kept.pending_seed == seed.sealed
    assert seed.secret.encode() not in seed.sealed
    assert not (await two_steps.factors(ada.actor.user_id)).are_asked


async def test_a_new_seed_replaces_one_that_waits(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins()
    await two_steps.enable_second_factor(ada.actor, AT_ONCE)

    second = await two_steps.enable_second_factor(ada.actor, AT_ONCE)

    assert (await two_steps.factor(ada.actor.user_id)).pending_seed == second.sealed


async def test_an_old_sign_in_needs_the_password(two_steps: TwoSteps, clock: VirtualClock) -> None:
    ada = await two_steps.joins()
    clock.advance(timedelta(minutes=10))

    with pytest.raises(FreshSignInNeeded):
        await two_steps.enable_second_factor(ada.actor, AT_ONCE)
    await two_steps.enable_second_factor(ada.actor, WITH_PASSWORD)


async def test_passwords_are_not_to_be_guessed_here(
    two_steps: TwoSteps, clock: VirtualClock
) -> None:
    ada = await two_steps.joins()
    for _ in range(5):
        with pytest.raises(WrongPassword):
            await two_steps.enable_second_factor(ada.actor, WRONG)

    with pytest.raises(TooManyGuesses):
        await two_steps.enable_second_factor(ada.actor, WITH_PASSWORD)

    clock.advance(timedelta(minutes=15))
    await two_steps.enable_second_factor(ada.actor, WITH_PASSWORD)


async def test_an_app_that_is_on_is_not_replaced(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_app()

    with pytest.raises(SecondFactorOn):
        await two_steps.enable_second_factor(ada.actor, AT_ONCE)


async def test_a_key_that_was_lent_out_changes_nothing(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins()
    lent = msgspec.structs.replace(ada.actor, personal=frozenset(PersonalScope))

    with pytest.raises(PersonRequired):
        await two_steps.enable_second_factor(lent, AT_ONCE)
