"""How API keys are made and changed: each recipe is a request that is ready to be sent once."""

from tests.http.repeating import World, Write, recipe

A_KEY = {"name": "Till", "scopes": ["events_view", "scan"]}


async def a_key(world: World) -> tuple[str, dict[str, str]]:
    """The path of a new key, and the key with its secret."""
    path = f"/organizations/{world.organization}/api-keys"
    key = await world.ask("POST", path, world.promoter, A_KEY)
    return f"{path}/{key['id']}", key


@recipe("create_api_key")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}/api-keys"
    return Write("POST", path, world.promoter, A_KEY)


@recipe("update_api_key")
async def _(world: World) -> Write:
    path, _key = await a_key(world)
    return Write("PATCH", path, world.promoter, {"name": "Door"})


@recipe("rotate_api_key")
async def _(world: World) -> Write:
    path, _key = await a_key(world)
    return Write("POST", f"{path}/rotate", world.promoter, {"overlapHours": 2})


@recipe("revoke_api_key")
async def _(world: World) -> Write:
    path, _key = await a_key(world)
    return Write("DELETE", path, world.promoter)
