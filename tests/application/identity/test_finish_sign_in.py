import pytest

from application.identity.finish_sign_in import FinishSignIn
from application.identity.ports import Factors, KnownPasskey, SecondStep, SignedIn
from domain.identity.challenge import Purpose
from domain.identity.errors import AccountDisabled
from tests.application.identity.factors import TwoSteps
from tests.application.identity.people import PHONE
from tests.authenticator import text_of
from tests.conftest import VirtualClock

NONE = Factors(has_app=False, recovery_codes=0, passkeys=())
APP = Factors(has_app=True, recovery_codes=10, passkeys=())
PASSKEY = Factors(has_app=False, recovery_codes=10, passkeys=(KnownPasskey(b"credential"),))


async def test_whoever_has_no_second_factor_has_a_session(
    two_steps: TwoSteps, finish_sign_in: FinishSignIn, clock: VirtualClock
) -> None:
    ada = await two_steps.joins()
    user = await two_steps.society.user(ada.actor.user_id)

    end = finish_sign_in(user, PHONE, NONE, at=clock())

    assert isinstance(end.answer, SignedIn)
    assert end.session is not None
    assert end.session.id == end.answer.session_id


async def test_everybody_else_has_a_challenge_and_no_session(
    two_steps: TwoSteps, finish_sign_in: FinishSignIn, clock: VirtualClock
) -> None:
    ada = await two_steps.joins()
    user = await two_steps.society.user(ada.actor.user_id)
    before = user.last_login_at

    for factors in (APP, PASSKEY):
        end = finish_sign_in(user, PHONE, factors, at=clock())

        assert end.session is None
        assert isinstance(end.answer, SecondStep)
        assert end.answer.expires_in_s == 300
        challenge = two_steps.challenges.open(end.answer.challenge_token)
        challenge.require(Purpose.SECOND_STEP, user, at=clock())
    assert user.last_login_at == before


async def test_a_passkey_signs_the_challenge_itself(
    two_steps: TwoSteps, finish_sign_in: FinishSignIn, clock: VirtualClock
) -> None:
    ada = await two_steps.joins()
    user = await two_steps.society.user(ada.actor.user_id)

    with_passkey = finish_sign_in(user, PHONE, PASSKEY, at=clock()).answer
    without = finish_sign_in(user, PHONE, APP, at=clock()).answer

    assert isinstance(with_passkey, SecondStep)
    assert with_passkey.passkey_options is not None
    assert with_passkey.passkey_options["challenge"] == text_of(
        with_passkey.challenge_token.encode()
    )
    [allowed] = with_passkey.passkey_options["allowCredentials"]
    assert allowed["id"] == text_of(b"credential")
    assert isinstance(without, SecondStep)
    assert without.passkey_options is None


async def test_a_disabled_user_is_not_even_asked(
    two_steps: TwoSteps, finish_sign_in: FinishSignIn, clock: VirtualClock
) -> None:
    ada = await two_steps.joins()
    await two_steps.society.disable(ada.actor.user_id)
    user = await two_steps.society.user(ada.actor.user_id)

    for factors in (NONE, APP):
        with pytest.raises(AccountDisabled):
            finish_sign_in(user, PHONE, factors, at=clock())
