"""An administrator of the platform, for tests that need one."""

from application.identity.grant_platform_admin import GrantPlatformAdmin
from application.shared.actor import Actor
from tests.application.identity.people import Society


async def an_admin(society: Society, name: str = "admin") -> Actor:
    signed_in = await society.joins(name)
    await GrantPlatformAdmin(society.begin, society.tokens)(signed_in.user_id)
    return await society.actor(signed_in)
