from datetime import timedelta
from typing import Any

import pytest

from application.identity.log_in_with_passkey import LogInWithPasskey, LogInWithPasskeyCommand
from application.identity.ports import SignedIn
from application.identity.prepare_passkey_log_in import PreparePasskeyLogIn
from application.shared.scope import PUBLIC
from domain.identity.errors import (
    AccountDisabled,
    ChallengeOver,
    InvalidPasskey,
    PasskeySuspected,
)
from domain.identity.networks import network_of
from tests.application.identity.factors import TwoSteps, signed_passkey
from tests.application.identity.people import PHONE
from tests.authenticator import Json
from tests.conftest import VirtualClock


class Door:
    """Where people come with a passkey alone."""

    def __init__(self, two_steps: TwoSteps) -> None:
        self._log_in = LogInWithPasskey(
            two_steps.begin, two_steps.challenges, two_steps.ceremonies, two_steps.open_session
        )
        self.options = PreparePasskeyLogIn(
            two_steps.challenges, two_steps.ceremonies, two_steps.ids, two_steps.clock
        )

    async def enter(self, answer: Json) -> SignedIn:
        command = LogInWithPasskeyCommand(credential=signed_passkey(answer))
        return await self._log_in(command, PHONE)


@pytest.fixture
def door(two_steps: TwoSteps) -> Door:
    return Door(two_steps)


async def test_a_passkey_signs_in_by_itself(two_steps: TwoSteps, door: Door) -> None:
    ada = await two_steps.joins_with_passkey()

    signed_in = await door.enter(ada.device.get(await door.options()))

    assert (await two_steps.society.actor(signed_in)).user_id == ada.actor.user_id


async def test_au_09_who_came_with_a_passkey_is_at_home_there(
    two_steps: TwoSteps, door: Door
) -> None:
    ada = await two_steps.joins_with_passkey()
    async with two_steps.begin(PUBLIC) as tx:
        await tx.familiar_networks.forget_user(ada.actor.user_id)

    await door.enter(ada.device.get(await door.options()))

    async with two_steps.begin(PUBLIC) as tx:
        assert await tx.familiar_networks.knows(ada.actor.user_id, network_of(PHONE.ip))


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8001"},
        {"rp_id": "evil.example"},
        {"is_verified": False},
        {"user_handle": bytes(16)},
        {"with_handle": False},
    ],
)
async def test_an_answer_that_is_not_quite_one_is_refused(
    two_steps: TwoSteps, door: Door, wrong: dict[str, Any]
) -> None:
    ada = await two_steps.joins_with_passkey()

    with pytest.raises(InvalidPasskey):
        await door.enter(ada.device.get(await door.options(), **wrong))


async def test_another_key_or_an_unknown_passkey_is_refused(
    two_steps: TwoSteps, door: Door
) -> None:
    ada, eve = await two_steps.joins_with_passkey(), await two_steps.joins_with_passkey("eve")
    key_of_eve = eve.device.credentials[0].key

    with pytest.raises(InvalidPasskey):
        await door.enter(ada.device.get(await door.options(), key=key_of_eve))
    ada.device.credentials[0].id = b"nobody's"
    with pytest.raises(InvalidPasskey):
        await door.enter(ada.device.get(await door.options()))


async def test_a_challenge_is_answered_once_soon_and_here(
    two_steps: TwoSteps, door: Door, clock: VirtualClock
) -> None:
    ada = await two_steps.joins_with_passkey()
    options = await door.options()
    await door.enter(ada.device.get(options))

    with pytest.raises(ChallengeOver):  # Replayed.
        await door.enter(ada.device.get(options))
    with pytest.raises(ChallengeOver):  # Of somebody else's making.
        await door.enter(ada.device.get(options | {"challenge": "Zm9yZ2Vk"}))
    step = await two_steps.asks()
    assert step.passkey_options is not None
    with pytest.raises(ChallengeOver):  # For another purpose.
        await door.enter(ada.device.get(step.passkey_options))
    late = await door.options()
    clock.advance(timedelta(minutes=5))
    with pytest.raises(ChallengeOver):
        await door.enter(ada.device.get(late))


async def test_a_lowered_count_ends_the_trust_in_it(two_steps: TwoSteps, door: Door) -> None:
    ada = await two_steps.joins_with_passkey()
    await door.enter(ada.device.get(await door.options(), count=5))

    with pytest.raises(PasskeySuspected):
        await door.enter(ada.device.get(await door.options(), count=4))
    with pytest.raises(PasskeySuspected):
        await door.enter(ada.device.get(await door.options(), count=6))


async def test_a_device_that_does_not_count_is_trusted(two_steps: TwoSteps, door: Door) -> None:
    ada = await two_steps.joins_with_passkey()

    for _ in range(3):
        await door.enter(ada.device.get(await door.options(), count=0))


async def test_a_disabled_user_does_not_come_in(two_steps: TwoSteps, door: Door) -> None:
    ada = await two_steps.joins_with_passkey()
    await two_steps.society.disable(ada.actor.user_id)

    with pytest.raises(AccountDisabled):
        await door.enter(ada.device.get(await door.options()))
