from uuid import UUID

import msgspec
import pytest

from application.identity.create_api_key import CreateApiKeyCommand
from application.shared.actor import authorize
from domain.identity.api_key import GRANTABLE, LIVING_MAX
from domain.identity.api_key_errors import (
    InvalidKeyEvents,
    RateTierNotYours,
    ScopesNotYours,
    TooManyApiKeys,
)
from domain.shared.errors import Forbidden, NotFound
from domain.shared.ids import EventId, OrganizationId
from domain.shared.permissions import Permission, RateTier, Role
from domain.shared.secret_text import SecretKind, kind_of
from tests.application.identity.key_scene import KeyScene

ELSEWHERE = OrganizationId(UUID(int=9))


async def test_whoever_shows_it_may_do_what_its_scopes_say(keys: KeyScene) -> None:
    issued = await keys.create(scopes=[Permission.EVENTS_VIEW, Permission.SCAN])

    actor = await keys.bearer(issued.secret)

    assert kind_of(issued.secret) is SecretKind.API_KEY
    assert {one for one in Permission if actor.can(one, keys.organization_id)} == {
        Permission.EVENTS_VIEW,
        Permission.SCAN,
    }
    assert not actor.is_person
    assert not actor.is_platform_admin
    assert actor.user_id == issued.key_id
    with pytest.raises(NotFound):
        authorize(actor, Permission.SCAN, ELSEWHERE)


async def test_the_secret_is_kept_nowhere(keys: KeyScene) -> None:
    issued = await keys.create()

    assert issued.secret not in repr(await keys.key(issued.key_id))
    assert issued.secret not in repr(list(keys.memory.table("credentials").rows()))


async def test_a_key_works_for_its_events_alone(keys: KeyScene) -> None:
    mine, other = await keys.an_event(), await keys.an_event()
    issued = await keys.create(event_ids=[mine])

    actor = await keys.bearer(issued.secret)

    assert actor.can(Permission.EVENTS_VIEW, keys.organization_id, event_id=mine)
    assert not actor.can(Permission.EVENTS_VIEW, keys.organization_id, event_id=other)
    assert not actor.can(Permission.EVENTS_VIEW, keys.organization_id)


async def test_an_event_of_others_is_refused(keys: KeyScene) -> None:
    with pytest.raises(InvalidKeyEvents):
        await keys.create(event_ids=[EventId(UUID(int=5))])


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SUPPORT, Role.SCANNER])
async def test_members_without_the_right_make_none(keys: KeyScene, role: Role) -> None:
    with pytest.raises(Forbidden):
        await keys.create(await keys.member(role))


async def test_strangers_find_nothing(keys: KeyScene) -> None:
    stranger = await keys.society.actor(await keys.society.joins("eve"))

    with pytest.raises(NotFound):
        await keys.create(stranger)


async def test_an_admin_gives_all_that_keys_may_do(keys: KeyScene) -> None:
    issued = await keys.create(await keys.member(Role.ADMIN), scopes=list(GRANTABLE))

    assert (await keys.bearer(issued.secret)).powers == GRANTABLE


async def test_nobody_gives_more_than_they_may_do_themselves(keys: KeyScene) -> None:
    powers = frozenset({Permission.INTEGRATIONS_MANAGE, Permission.SCAN})
    actor = msgspec.structs.replace(keys.owner, powers=powers)

    with pytest.raises(ScopesNotYours) as refused:
        await keys.create(actor, scopes=[Permission.SCAN, Permission.ORDERS_VIEW])

    assert refused.value.facts == {"scopes": ["orders_view"]}


async def test_a_key_makes_no_keys(keys: KeyScene) -> None:
    issued = await keys.create(scopes=list(GRANTABLE))

    with pytest.raises(Forbidden):
        await keys.create(await keys.bearer(issued.secret))


async def test_the_platform_alone_lets_keys_ask_more_often(keys: KeyScene) -> None:
    with pytest.raises(RateTierNotYours):
        await keys.create(rate_tier=RateTier.HIGH)

    admin = msgspec.structs.replace(keys.owner, is_platform_admin=True)
    issued = await keys.create(admin, rate_tier=RateTier.HIGH)

    assert (await keys.bearer(issued.secret)).rate_tier is RateTier.HIGH


async def test_an_organisation_has_so_many_and_no_more(keys: KeyScene) -> None:
    made = [await keys.create() for _ in range(LIVING_MAX)]

    with pytest.raises(TooManyApiKeys):
        await keys.create()
    await keys.revoke(made[0].key_id)
    await keys.create()


def test_the_command_takes_scopes_in_any_case() -> None:
    command = msgspec.convert({"name": "x", "scopes": ["SCAN"]}, CreateApiKeyCommand)

    assert command.scopes == [Permission.SCAN]
