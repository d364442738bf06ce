from uuid import UUID

import pytest

from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.grant_platform_admin import GrantPlatformAdmin
from application.identity.ports import BeginIdentity
from domain.identity.errors import UserNotFound
from domain.shared.ids import UserId
from tests.application.identity.people import Society


@pytest.fixture
def grant_platform_admin(
    begin: BeginIdentity, tokens: RememberedAccessTokens
) -> GrantPlatformAdmin:
    return GrantPlatformAdmin(begin, tokens)


async def test_the_grant_counts_at_once(
    society: Society, grant_platform_admin: GrantPlatformAdmin
) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    assert not (await society.actor(ada)).is_platform_admin

    await grant_platform_admin(ada.user_id)

    assert (await society.actor(ada)).is_platform_admin
    assert not (await society.actor(bob)).is_platform_admin


async def test_nobody_is_not_found(grant_platform_admin: GrantPlatformAdmin) -> None:
    with pytest.raises(UserNotFound):
        await grant_platform_admin(UserId(UUID(int=7)))
