from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from domain.identity.api_key_errors import (
    ApiKeyNotFound,
    ApiKeyRevoked,
    InvalidApiKey,
    InvalidKeyEvents,
    RateTierNotYours,
    ScopesNotYours,
)
from domain.shared.errors import Forbidden
from domain.shared.ids import ApiKeyId, EventId
from domain.shared.permissions import Permission, RateTier, Role
from tests.application.identity.key_scene import FAR, KeyScene
from tests.conftest import VirtualClock


async def test_what_is_not_set_stays(keys: KeyScene) -> None:
    event_id = await keys.an_event()
    issued = await keys.create(event_ids=[event_id], expires_at=FAR)
    before = await keys.key(issued.key_id)

    await keys.update(issued.key_id, name="Door")

    after = await keys.key(issued.key_id)
    assert (before.name, after.name) == ("Till", "Door")
    assert (after.scopes, after.event_ids, after.expires_at) == (
        before.scopes,
        (event_id,),
        FAR,
    )
    assert after.secrets == before.secrets


async def test_a_change_counts_for_the_next_request(keys: KeyScene) -> None:
    issued = await keys.create(scopes=[Permission.SCAN])
    await keys.bearer(issued.secret)

    await keys.update(issued.key_id, scopes=[Permission.EVENTS_VIEW])

    assert (await keys.bearer(issued.secret)).powers == frozenset({Permission.EVENTS_VIEW})


async def test_limits_are_set_and_lifted(keys: KeyScene) -> None:
    event_id = await keys.an_event()
    issued = await keys.create()

    await keys.update(issued.key_id, event_ids=[event_id])
    assert (await keys.bearer(issued.secret)).limited_to == {
        keys.organization_id: frozenset({event_id})
    }
    await keys.update(issued.key_id, event_ids=None)

    assert (await keys.bearer(issued.secret)).limited_to == {}


async def test_an_event_of_others_is_refused(keys: KeyScene) -> None:
    issued = await keys.create()

    with pytest.raises(InvalidKeyEvents):
        await keys.update(issued.key_id, event_ids=[EventId(UUID(int=5))])


async def test_an_end_comes_and_goes(keys: KeyScene, clock: VirtualClock) -> None:
    issued = await keys.create()

    await keys.update(issued.key_id, expires_at=clock() + timedelta(seconds=3))
    await keys.bearer(issued.secret)
    clock.advance(timedelta(seconds=3))

    with pytest.raises(InvalidApiKey):
        await keys.bearer(issued.secret)
    await keys.update(issued.key_id, expires_at=None)
    assert (await keys.bearer(issued.secret)).user_id == issued.key_id


async def test_who_changes_a_key_may_do_all_that_it_may(keys: KeyScene) -> None:
    issued = await keys.create(scopes=[Permission.ORDERS_VIEW])
    powers = frozenset({Permission.INTEGRATIONS_MANAGE, Permission.SCAN})
    actor = msgspec.structs.replace(keys.owner, powers=powers)

    with pytest.raises(ScopesNotYours):
        await keys.update(issued.key_id, actor, event_ids=None)
    await keys.update(issued.key_id, actor, scopes=[Permission.SCAN])


async def test_the_tier_is_the_platforms(keys: KeyScene) -> None:
    issued = await keys.create()

    await keys.update(issued.key_id, rate_tier=RateTier.STANDARD)
    with pytest.raises(RateTierNotYours):
        await keys.update(issued.key_id, rate_tier=RateTier.HIGH)


async def test_a_revoked_key_is_not_changed(keys: KeyScene) -> None:
    issued = await keys.create()
    await keys.revoke(issued.key_id)

    with pytest.raises(ApiKeyRevoked):
        await keys.update(issued.key_id, name="Door")


async def test_it_takes_the_right(keys: KeyScene) -> None:
    issued = await keys.create()

    with pytest.raises(Forbidden):
        await keys.update(issued.key_id, await keys.member(Role.MANAGER), name="Door")
    with pytest.raises(ApiKeyNotFound):
        await keys.update(ApiKeyId(UUID(int=5)), name="Door")
