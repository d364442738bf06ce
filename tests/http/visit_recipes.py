"""How support visits begin and end: each recipe is a request that is ready to be sent once."""

from tests.http.factor_recipes import support
from tests.http.repeating import Json, World, Write, recipe

WHY = "She cannot find her tickets."


async def a_visit(world: World, **changes: str | int) -> tuple[str, Json]:
    """An administrator's token, and the visit to the buyer that they began."""
    admin = await support(world)
    return admin, await world.ask("POST", "/support-visits", admin, await _wish(world) | changes)


async def _wish(world: World) -> Json:
    buyer = await world.ask("GET", "/auth/me", world.buyer)
    return {"userId": buyer["id"], "reason": WHY}


@recipe("start_support_visit")
async def _(world: World) -> Write:
    return Write("POST", "/support-visits", await support(world), await _wish(world))


@recipe("end_support_visit")
async def _(world: World) -> Write:
    admin, visit = await a_visit(world)
    return Write("DELETE", f"/support-visits/{visit['id']}", admin)
