"""How people sign in with a provider: each recipe is a request that is ready to be sent once."""

from tests.http.repeating import Json, World, Write, recipe
from tests.oidc_double import Person, answer_of

_DOOR = "/auth/oidc/corp"


async def brought(world: World, token: str = "") -> Json:
    """What a person brings back who went to the provider; with a token, to link it."""
    wish = {"linkTo": "me"} if token else {}
    started = await world.ask("POST", f"{_DOOR}/start", token, wish)
    person = Person(subject=world.buyer_email, email=f"new@{world.domain}")
    return answer_of(started["authorizationUrl"], person) | {"flowToken": started["flowToken"]}


@recipe("start_provider_login")
async def _(world: World) -> Write:
    return Write("POST", f"{_DOOR}/start", json={})


@recipe("finish_provider_login")
async def _(world: World) -> Write:
    return Write("POST", f"{_DOOR}/finish", json=await brought(world))


@recipe("link_identity")
async def _(world: World) -> Write:
    body = await brought(world, world.buyer) | {"provider": "corp"}
    return Write("POST", "/users/me/identities", world.buyer, body)


@recipe("unlink_identity")
async def _(world: World) -> Write:
    body = await brought(world, world.buyer) | {"provider": "corp"}
    linked = await world.ask("POST", "/users/me/identities", world.buyer, body)
    return Write("DELETE", f"/users/me/identities/{linked['id']}", world.buyer)
