import asyncio
from datetime import timedelta

import pytest

from application.identity.remove_passkey import RemovePasskey
from domain.identity.errors import FreshSignInNeeded, LastWayIn, PasskeyNotFound
from tests.application.identity.factors import TwoSteps
from tests.application.identity.passage import Passage
from tests.conftest import VirtualClock


@pytest.fixture
def remove_passkey(two_steps: TwoSteps, passage: Passage) -> RemovePasskey:
    return RemovePasskey(
        two_steps.begin, two_steps.reauthenticate, two_steps.ids, passage.providers
    )


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


async def test_it_may_go_while_a_provider_signs_in(
    two_steps: TwoSteps, remove_passkey: RemovePasskey, passage: Passage
) -> None:
    ada = await two_steps.joins()
    passkey = await two_steps.registers(ada)
    linked = await passage.links(ada.actor)
    await two_steps.forgets_password(ada.actor.user_id)

    await remove_passkey(ada.actor, passkey.passkey_id)

    with pytest.raises(LastWayIn):
        await passage.unlink(ada.actor, linked)


async def test_a_suspected_one_is_no_way_in(
    two_steps: TwoSteps, remove_passkey: RemovePasskey
) -> None:
    ada = await two_steps.joins()
    passkey, copied = await two_steps.registers(ada), await two_steps.registers(ada)
    await two_steps.forgets_password(ada.actor.user_id)
    async with two_steps.begin(ada.actor.as_person()) as tx:
        kept = await tx.passkeys.lock(ada.actor.user_id, copied.passkey_id)
        kept.suspected_at = tx.now
        await tx.passkeys.save(kept)

    with pytest.raises(LastWayIn):
        await remove_passkey(ada.actor, passkey.passkey_id)
    await remove_passkey(ada.actor, copied.passkey_id)


async def test_passkey_and_provider_that_go_at_once_leave_one(
    two_steps: TwoSteps, remove_passkey: RemovePasskey, passage: Passage
) -> None:
    ada = await two_steps.joins()
    passkey = await two_steps.registers(ada)
    linked = await passage.links(ada.actor)
    await two_steps.forgets_password(ada.actor.user_id)

    outcomes = await asyncio.gather(
        remove_passkey(ada.actor, passkey.passkey_id),
        passage.unlink(ada.actor, linked),
        return_exceptions=True,
    )

    assert [type(one) for one in outcomes if one is not None] == [LastWayIn]


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
