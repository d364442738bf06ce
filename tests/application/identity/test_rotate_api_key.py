from datetime import timedelta

import msgspec
import pytest

from application.shared.transaction import SessionEnded
from domain.identity.api_key_errors import (
    ApiKeyRevoked,
    InvalidApiKey,
    InvalidOverlap,
    ScopesNotYours,
)
from domain.shared.errors import Forbidden
from domain.shared.permissions import Permission, Role
from tests.application.identity.key_scene import KeyScene
from tests.conftest import VirtualClock


async def test_both_secrets_open_for_the_overlap(keys: KeyScene, clock: VirtualClock) -> None:
    first = await keys.create()

    second = await keys.rotate(first.key_id, 2)

    assert second.key_id == first.key_id
    assert second.secret != first.secret
    old, new = await keys.bearer(first.secret), await keys.bearer(second.secret)
    assert old.user_id == new.user_id == first.key_id
    clock.advance(timedelta(hours=2))
    with pytest.raises(InvalidApiKey):
        await keys.bearer(first.secret)
    assert await keys.bearer(second.secret) == new


async def test_without_an_overlap_the_old_one_ends_at_once(keys: KeyScene) -> None:
    first = await keys.create()
    old = await keys.bearer(first.secret)

    second = await keys.rotate(first.key_id, 0)

    with pytest.raises(InvalidApiKey):
        await keys.bearer(first.secret)
    with pytest.raises(SessionEnded):  # Also where it is still remembered.
        async with keys.begin(old.within(keys.organization_id)):
            pass
    new = await keys.bearer(second.secret)
    async with keys.begin(new.within(keys.organization_id)):
        pass


@pytest.mark.parametrize("hours", [-1, 169, 10**12])
async def test_an_overlap_is_at_most_a_week(keys: KeyScene, hours: int) -> None:
    first = await keys.create()

    with pytest.raises(InvalidOverlap):
        await keys.rotate(first.key_id, hours)


async def test_who_is_told_a_secret_may_do_all_that_it_may(keys: KeyScene) -> None:
    first = await keys.create(scopes=[Permission.ORDERS_VIEW])
    powers = frozenset({Permission.INTEGRATIONS_MANAGE})
    actor = msgspec.structs.replace(keys.owner, powers=powers)

    with pytest.raises(ScopesNotYours):
        await keys.rotate(first.key_id, actor=actor)


async def test_it_takes_the_right_and_a_living_key(keys: KeyScene) -> None:
    first = await keys.create()

    with pytest.raises(Forbidden):
        await keys.rotate(first.key_id, actor=await keys.member(Role.MANAGER))
    await keys.revoke(first.key_id)
    with pytest.raises(ApiKeyRevoked):
        await keys.rotate(first.key_id)
