import msgspec
import pytest

from application.identity.log_in import LogIn, LogInCommand
from application.identity.reset_second_factor import ResetSecondFactor
from domain.identity.errors import PlatformAdminsOnly, UserNotFound
from domain.shared.ids import UserId
from tests.application.identity.factors import TwoSteps
from tests.application.identity.people import PASSWORD, PHONE, in_session


async def test_support_lets_somebody_in_with_the_password_alone(
    two_steps: TwoSteps, log_in: LogIn
) -> None:
    ada = await two_steps.joins_with_app()
    await two_steps.registers(ada)
    support = msgspec.structs.replace((await two_steps.joins("eve")).actor, is_platform_admin=True)

    await ResetSecondFactor(two_steps.begin, two_steps.ids)(support, ada.actor.user_id)

    command = LogInCommand(email="ada@example.com", password=PASSWORD)
    assert in_session(await log_in(command, PHONE)).user_id == ada.actor.user_id
    assert (await two_steps.factors(ada.actor.user_id)).recovery_codes == 0


async def test_nobody_else_does(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_app()
    eve = await two_steps.joins("eve")
    support = msgspec.structs.replace(eve.actor, is_platform_admin=True)
    reset_second_factor = ResetSecondFactor(two_steps.begin, two_steps.ids)

    with pytest.raises(UserNotFound):
        await reset_second_factor(eve.actor, ada.actor.user_id)
    with pytest.raises(PlatformAdminsOnly):
        await reset_second_factor(ada.actor, ada.actor.user_id)
    with pytest.raises(UserNotFound):
        await reset_second_factor(support, UserId(two_steps.ids.new()))

    assert (await two_steps.factors(ada.actor.user_id)).are_asked
