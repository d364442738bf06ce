from datetime import timedelta
from typing import Any

import pytest

from application.identity.log_in import LogIn, LogInCommand
from application.identity.ports import Client
from application.identity.verify_second_factor import VerifySecondFactorCommand
from application.shared.scope import PUBLIC
from domain.identity.errors import (
    AccountDisabled,
    ChallengeOver,
    InvalidCredentials,
    InvalidPasskey,
    InvalidSecondFactor,
    PasskeySuspected,
    SecondFactorLocked,
    SecondFactorNotNamed,
    TooManyCodes,
)
from domain.identity.networks import network_of
from tests.application.identity.factors import Ada, TwoSteps, signed_passkey
from tests.application.identity.people import PHONE
from tests.conftest import VirtualClock

QUARTER = timedelta(minutes=15)


def code_of(ada: Ada, steps: int = 0) -> str:
    assert ada.app is not None
    return ada.app.code(steps)


def wrong_code_of(ada: Ada) -> str:
    assert ada.app is not None
    return ada.app.wrong_code()


@pytest.mark.parametrize("drift", [0, 1])
async def test_a_code_begins_the_session(
    two_steps: TwoSteps, clock: VirtualClock, drift: int
) -> None:
    ada = await two_steps.joins_with_app()
    step = await two_steps.asks()
    clock.advance(timedelta(seconds=90))

    signed_in = await two_steps.answers(step, code=code_of(ada, drift))

    assert signed_in.user_id == ada.actor.user_id
    assert (await two_steps.society.actor(signed_in)).user_id == ada.actor.user_id
    assert (await two_steps.society.user(ada.actor.user_id)).last_login_at == clock()


async def test_au_09_strangers_do_not_lock_out_who_took_both_steps_there_before(
    two_steps: TwoSteps, log_in: LogIn
) -> None:
    ada = await two_steps.joins_with_app()
    async with two_steps.begin(PUBLIC) as tx:
        await tx.familiar_networks.forget_user(ada.actor.user_id)
    await two_steps.answers(await two_steps.asks(), code=code_of(ada))
    for number in range(5):
        with pytest.raises(InvalidCredentials):
            stranger = Client(ip=f"203.0.{number}.1")
            await log_in(LogInCommand(email="ada@example.com", password="wrong"), stranger)

    await two_steps.asks()


async def test_a_wrong_code_makes_nobody_at_home(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_app()
    async with two_steps.begin(PUBLIC) as tx:
        await tx.familiar_networks.forget_user(ada.actor.user_id)

    with pytest.raises(InvalidSecondFactor):
        await two_steps.answers(await two_steps.asks(), code=wrong_code_of(ada))

    async with two_steps.begin(PUBLIC) as tx:
        assert not await tx.familiar_networks.knows(ada.actor.user_id, network_of(PHONE.ip))


async def test_a_code_counts_once_whichever_sign_in_shows_it(two_steps: TwoSteps) -> None:
    """AU-08. The one that turned the app on counts no more either."""
    ada = await two_steps.joins_with_app()
    first, second = await two_steps.asks(), await two_steps.asks()
    await two_steps.answers(first, code=code_of(ada))

    for used in (code_of(ada), code_of(ada, -1)):
        with pytest.raises(InvalidSecondFactor):
            await two_steps.answers(second, code=used)

    await two_steps.answers(second, code=code_of(ada, 1))


async def test_each_right_code_seals_the_seed_anew(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_app()
    before = (await two_steps.factor(ada.actor.user_id)).seed

    await two_steps.answers(await two_steps.asks(), code=code_of(ada))

    assert (await two_steps.factor(ada.actor.user_id)).seed != before


async def test_a_code_of_another_minute_is_wrong(two_steps: TwoSteps, clock: VirtualClock) -> None:
    ada = await two_steps.joins_with_app()
    clock.advance(timedelta(minutes=10))
    step = await two_steps.asks()

    for steps in (-2, 2):
        with pytest.raises(InvalidSecondFactor):
            await two_steps.answers(step, code=code_of(ada, steps))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 5x"])
async def test_what_is_no_code_is_wrong_and_counts(two_steps: TwoSteps, code: str) -> None:
    ada = await two_steps.joins_with_app()
    step = await two_steps.asks()

    with pytest.raises(InvalidSecondFactor):
        await two_steps.answers(step, code=code)

    assert (await two_steps.factor(ada.actor.user_id)).wrong_in_a_row == 1


async def test_a_recovery_code_counts_once(two_steps: TwoSteps) -> None:
    """AU-08."""
    ada = await two_steps.joins_with_app()
    code = ada.recovery_codes[3]
    await two_steps.answers(await two_steps.asks(), recovery_code=code.lower())

    with pytest.raises(InvalidSecondFactor):
        await two_steps.answers(await two_steps.asks(), recovery_code=code)

    assert (await two_steps.factors(ada.actor.user_id)).recovery_codes == 9


async def test_a_challenge_is_answered_once(two_steps: TwoSteps, clock: VirtualClock) -> None:
    ada = await two_steps.joins_with_app()
    step = await two_steps.asks()
    await two_steps.answers(step, code=code_of(ada))
    clock.advance(timedelta(seconds=30))

    with pytest.raises(ChallengeOver):
        await two_steps.answers(step, code=code_of(ada))

    # What was refused took no code away.
    await two_steps.answers(await two_steps.asks(), code=code_of(ada))


async def test_a_challenge_is_over_after_five_minutes(
    two_steps: TwoSteps, clock: VirtualClock
) -> None:
    ada = await two_steps.joins_with_app()
    step = await two_steps.asks()
    clock.advance(timedelta(minutes=5))

    with pytest.raises(ChallengeOver):
        await two_steps.answers(step, code=code_of(ada))


async def test_with_another_password_a_challenge_is_over(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_app()
    step = await two_steps.asks()
    await two_steps.forgets_password(ada.actor.user_id)

    with pytest.raises(ChallengeOver):
        await two_steps.answers(step, code=code_of(ada))


async def test_what_is_no_challenge_opens_nothing(two_steps: TwoSteps) -> None:
    """AU-08: neither an access token, nor another's challenge, nor one for another purpose."""
    ada = await two_steps.joins_with_app()
    eve = await two_steps.joins_with_app("eve")
    step = await two_steps.asks()
    forged = step.challenge_token[:-1] + ("A" if step.challenge_token[-1] != "A" else "B")

    for token in ("", "x", forged):
        command = VerifySecondFactorCommand(challenge_token=token, code=code_of(ada))
        with pytest.raises(ChallengeOver):
            await two_steps.verify_second_factor(command, PHONE)
    with pytest.raises(InvalidSecondFactor):  # Eve's code for Ada's challenge.
        await two_steps.answers(step, code=code_of(eve))


async def test_five_wrong_tries_in_fifteen_minutes_are_all(
    two_steps: TwoSteps, clock: VirtualClock
) -> None:
    """AU-07: whatever is tried, in however many sign-ins."""
    ada = await two_steps.joins_with_app()
    for _ in range(4):
        with pytest.raises(InvalidSecondFactor):
            await two_steps.answers(await two_steps.asks(), code=wrong_code_of(ada))
    with pytest.raises(InvalidSecondFactor):
        await two_steps.answers(await two_steps.asks(), recovery_code="A" * 20)

    for answer in ({"code": code_of(ada)}, {"recovery_code": ada.recovery_codes[0]}):
        with pytest.raises(TooManyCodes):
            await two_steps.answers(await two_steps.asks(), **answer)

    clock.advance(QUARTER)
    await two_steps.answers(await two_steps.asks(), code=code_of(ada))


async def test_after_twenty_in_a_row_a_recovery_code_helps(
    two_steps: TwoSteps, clock: VirtualClock
) -> None:
    """AU-07."""
    ada = await two_steps.joins_with_app()
    for tried in range(20):
        if tried % 5 == 0:
            clock.advance(QUARTER)
        with pytest.raises(InvalidSecondFactor):
            await two_steps.answers(await two_steps.asks(), code=wrong_code_of(ada))
    clock.advance(QUARTER)

    with pytest.raises(SecondFactorLocked):
        await two_steps.answers(await two_steps.asks(), code=code_of(ada))
    await two_steps.answers(await two_steps.asks(), recovery_code=ada.recovery_codes[0])

    await two_steps.answers(await two_steps.asks(), code=code_of(ada))


async def test_a_disabled_user_does_not_come_in(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_app()
    step = await two_steps.asks()
    await two_steps.society.disable(ada.actor.user_id)

    with pytest.raises(AccountDisabled):
        await two_steps.answers(step, code=code_of(ada))


@pytest.mark.parametrize("answer", [{}, {"code": "1", "recovery_code": "2"}])
async def test_one_answer_is_given(two_steps: TwoSteps, answer: dict[str, Any]) -> None:
    await two_steps.joins_with_app()

    with pytest.raises(SecondFactorNotNamed):
        await two_steps.answers(await two_steps.asks(), **answer)


async def test_a_wrong_password_says_nothing_of_a_second_factor(
    two_steps: TwoSteps, log_in: LogIn
) -> None:
    await two_steps.joins_with_app()

    with pytest.raises(InvalidCredentials) as refused:
        await log_in(LogInCommand(email="ada@example.com", password="wrong"), PHONE)

    assert refused.value.facts == {}


@pytest.mark.parametrize("is_verified", [True, False])
async def test_a_passkey_is_a_second_factor(two_steps: TwoSteps, is_verified: bool) -> None:
    ada = await two_steps.joins_with_passkey()
    step = await two_steps.asks()
    assert step.passkey_options is not None
    answer = ada.device.get(step.passkey_options, is_verified=is_verified, with_handle=False)

    signed_in = await two_steps.answers(step, passkey=signed_passkey(answer))

    assert signed_in.user_id == ada.actor.user_id
    with pytest.raises(ChallengeOver):  # And once only.
        await two_steps.answers(step, passkey=signed_passkey(answer))


async def test_a_passkey_signs_this_challenge_and_no_other(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_passkey()
    first, second = await two_steps.asks(), await two_steps.asks()
    assert first.passkey_options is not None
    answer = ada.device.get(first.passkey_options)

    with pytest.raises(InvalidPasskey):
        await two_steps.answers(second, passkey=signed_passkey(answer))


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"user_handle": bytes(16)},
    ],
)
async def test_an_answer_from_elsewhere_is_refused(
    two_steps: TwoSteps, wrong: dict[str, Any]
) -> None:
    ada = await two_steps.joins_with_passkey()
    step = await two_steps.asks()
    assert step.passkey_options is not None

    with pytest.raises(InvalidPasskey):
        await two_steps.answers(
            step, passkey=signed_passkey(ada.device.get(step.passkey_options, **wrong))
        )


async def test_the_passkey_of_another_is_no_second_factor(two_steps: TwoSteps) -> None:
    await two_steps.joins_with_passkey("ada")
    eve = await two_steps.joins_with_passkey("eve")
    step = await two_steps.asks("ada")
    assert step.passkey_options is not None

    with pytest.raises(InvalidPasskey):
        await two_steps.answers(step, passkey=signed_passkey(eve.device.get(step.passkey_options)))


async def test_a_copied_passkey_is_refused_for_good(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_passkey()
    for count, refusal in ((7, None), (7, PasskeySuspected)):
        step = await two_steps.asks()
        assert step.passkey_options is not None
        answer = signed_passkey(ada.device.get(step.passkey_options, count=count))
        if refusal is None:
            await two_steps.answers(step, passkey=answer)
            continue
        with pytest.raises(refusal):
            await two_steps.answers(step, passkey=answer)
        with pytest.raises(refusal):
            await two_steps.answers(
                step, passkey=signed_passkey(ada.device.get(step.passkey_options, count=99))
            )

    assert (await two_steps.factors(ada.actor.user_id)).passkeys == ()
