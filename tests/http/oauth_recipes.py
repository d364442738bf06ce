"""How applications are registered and let in: each recipe is ready to be sent once."""

from tests.http.oauth_scene import an_app
from tests.http.repeating import World, Write, recipe

A_CLIENT = {"name": "Diary", "scopes": ["profile", "events_view"]}


async def a_client(world: World) -> str:
    """The path of a new client."""
    app = await an_app(world)
    return f"/organizations/{world.organization}/oauth-clients/{app.id}"


async def an_authorization(world: World) -> str:
    """The path of what the buyer let an application do."""
    await (await an_app(world)).tokens(world.buyer)
    mine = await world.ask("GET", "/users/me/authorizations", world.buyer)
    return f"/users/me/authorizations/{mine['items'][0]['id']}"


@recipe("register_oauth_client")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}/oauth-clients"
    return Write("POST", path, world.promoter, A_CLIENT)


@recipe("update_oauth_client")
async def _(world: World) -> Write:
    return Write("PATCH", await a_client(world), world.promoter, {"name": "Journal"})


@recipe("rotate_oauth_client_secret")
async def _(world: World) -> Write:
    return Write("POST", f"{await a_client(world)}/rotate-secret", world.promoter)


@recipe("revoke_oauth_client")
async def _(world: World) -> Write:
    return Write("DELETE", await a_client(world), world.promoter)


@recipe("allow_application")
async def _(world: World) -> Write:
    app = await an_app(world)
    return Write("POST", "/oauth/authorize", world.buyer, app.wish("profile"))


@recipe("withdraw_authorization")
async def _(world: World) -> Write:
    return Write("DELETE", await an_authorization(world), world.buyer)


@recipe("issue_token")
async def _(world: World) -> Write:
    app = await an_app(world)
    form = {"grant_type": "client_credentials", "scope": "events_view"}
    return Write("POST", "/oauth/token", form=app.proven(form))


@recipe("revoke_token")
async def _(world: World) -> Write:
    app = await an_app(world)
    return Write("POST", "/oauth/revoke", form=app.proven({"token": "unknown"}))


@recipe("introspect_token")
async def _(world: World) -> Write:
    app = await an_app(world)
    return Write("POST", "/oauth/introspect", form=app.proven({"token": "unknown"}))
