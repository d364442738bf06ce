from uuid import UUID

import pytest

from application.shared.transaction import SessionEnded
from domain.identity.api_key_errors import ApiKeyNotFound, InvalidApiKey
from domain.shared.errors import Forbidden
from domain.shared.ids import ApiKeyId
from domain.shared.permissions import Role
from tests.application.identity.key_scene import KeyScene


async def test_a_revoked_key_opens_nothing_at_once(keys: KeyScene) -> None:
    issued = await keys.create()
    await keys.bearer(issued.secret)

    await keys.revoke(issued.key_id)

    with pytest.raises(InvalidApiKey):
        await keys.bearer(issued.secret)


async def test_nothing_is_written_with_it_where_it_is_still_remembered(keys: KeyScene) -> None:
    issued = await keys.create()
    remembered = await keys.bearer(issued.secret)

    await keys.revoke(issued.key_id)

    with pytest.raises(SessionEnded):
        async with keys.begin(remembered.within(keys.organization_id)):
            pass


async def test_both_secrets_of_a_rotation_end(keys: KeyScene) -> None:
    first = await keys.create()
    second = await keys.rotate(first.key_id)

    await keys.revoke(first.key_id)

    for secret in (first.secret, second.secret):
        with pytest.raises(InvalidApiKey):
            await keys.bearer(secret)


async def test_other_keys_go_on(keys: KeyScene) -> None:
    first, other = await keys.create(), await keys.create()

    await keys.revoke(first.key_id)
    await keys.revoke(first.key_id)

    assert (await keys.bearer(other.secret)).user_id == other.key_id


async def test_it_takes_the_right(keys: KeyScene) -> None:
    issued = await keys.create()

    with pytest.raises(Forbidden):
        await keys.revoke(issued.key_id, await keys.member(Role.MANAGER))
    with pytest.raises(ApiKeyNotFound):
        await keys.revoke(ApiKeyId(UUID(int=5)))
    assert (await keys.bearer(issued.secret)).user_id == issued.key_id
