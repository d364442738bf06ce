"""How people end their sessions: each recipe is a request that is ready to be sent once."""

from tests.http.repeating import World, Write, recipe


async def _another(world: World) -> str:
    """The id of a second session of the buyer."""
    log_in = {"email": world.buyer_email, "password": "Password123!"}
    await world.ask("POST", "/auth/login", "", log_in)
    sessions = await world.ask("GET", "/auth/sessions", world.buyer)
    return next(str(one["id"]) for one in sessions["items"] if not one["isCurrent"])


@recipe("revoke_session")
async def _(world: World) -> Write:
    return Write("DELETE", f"/auth/sessions/{await _another(world)}", world.buyer)


@recipe("revoke_sessions")
async def _(world: World) -> Write:
    await _another(world)
    return Write("DELETE", "/auth/sessions", world.buyer)
