from datetime import timedelta

from application.identity.forget_challenges import ForgetChallenges
from application.shared.scope import PUBLIC
from domain.identity.challenge import Challenge, Purpose
from tests.application.identity.factors import TwoSteps
from tests.conftest import VirtualClock


async def test_what_is_over_is_forgotten_in_batches(
    two_steps: TwoSteps, clock: VirtualClock
) -> None:
    async def spend_one() -> None:
        challenge = Challenge.of_anybody(two_steps.ids.new(), Purpose.PASSKEY_LOG_IN, at=clock())
        async with two_steps.begin(PUBLIC) as tx:
            await tx.spent_challenges.spend(challenge)

    for _ in range(5):
        await spend_one()
    clock.advance(timedelta(minutes=5))
    await spend_one()

    assert await ForgetChallenges(two_steps.begin, batch=2)() == 5

    assert len(two_steps.memory.table("spent_challenges")) == 1
