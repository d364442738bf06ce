"""How people write about second factors: each recipe is a request, ready to be sent once."""

from typing import Any
from uuid import UUID

import pyotp

from domain.shared.ids import UserId
from tests.authenticator import SoftAuthenticator
from tests.http.repeating import A_PERSON, Json, World, Write, recipe


async def an_app(world: World, token: str) -> pyotp.TOTP:
    """Somebody's, turned on by the code before this one."""
    seed = await world.ask("POST", "/auth/2fa/enable", token, {})
    app = pyotp.TOTP(seed["secret"])
    first = {"code": app.at(world.clock(), counter_offset=-1)}
    await world.ask("POST", "/auth/2fa/verify", token, first)
    return app


async def a_passkey(world: World, token: str) -> tuple[SoftAuthenticator, Json]:
    device = SoftAuthenticator()
    options = await world.ask("POST", "/auth/passkeys/options", token, {})
    body = {"name": "Phone", "credential": device.create(options["publicKey"])}
    return device, await world.ask("POST", "/auth/passkeys", token, body)


async def newcomer(world: World, name: str = "newcomer") -> Json:
    body = A_PERSON | {"email": f"{name}@{world.domain}"}
    session: Json = await world.ask("POST", "/auth/register", "", body)
    return session


async def support(world: World) -> str:
    """The token of somebody whom the operators made one of their own."""
    session = await newcomer(world, "support")
    grant: Any = world.client.app.dependencies["grant_platform_admin"]
    await grant.dependency()(UserId(UUID(session["user"]["id"])))
    return str(session["accessToken"])


@recipe("enable_second_factor")
async def _(world: World) -> Write:
    return Write("POST", "/auth/2fa/enable", world.buyer)


@recipe("verify_second_factor")
async def _(world: World) -> Write:
    somebody = await newcomer(world)
    app = await an_app(world, somebody["accessToken"])
    body = {"email": somebody["user"]["email"], "password": A_PERSON["password"]}
    asked = await world.ask("POST", "/auth/login", "", body)
    token = asked["secondFactor"]["challengeToken"]
    body = {"challengeToken": token, "code": app.at(world.clock())}
    return Write("POST", "/auth/2fa/verify", json=body)


@recipe("disable_second_factor")
async def _(world: World) -> Write:
    app = await an_app(world, world.buyer)
    return Write("POST", "/auth/2fa/disable", world.buyer, {"code": app.at(world.clock())})


@recipe("renew_recovery_codes")
async def _(world: World) -> Write:
    await an_app(world, world.buyer)
    return Write("POST", "/auth/2fa/recovery-codes", world.buyer, {})


@recipe("reset_second_factor")
async def _(world: World) -> Write:
    await an_app(world, world.buyer)
    me = await world.ask("GET", "/auth/me", world.buyer)
    return Write("DELETE", f"/users/{me['id']}/2fa", await support(world))


@recipe("prepare_passkey")
async def _(world: World) -> Write:
    return Write("POST", "/auth/passkeys/options", world.buyer, {})


@recipe("register_passkey")
async def _(world: World) -> Write:
    options = await world.ask("POST", "/auth/passkeys/options", world.buyer, {})
    credential = SoftAuthenticator().create(options["publicKey"])
    return Write("POST", "/auth/passkeys", world.buyer, {"name": "Phone", "credential": credential})


@recipe("rename_passkey")
async def _(world: World) -> Write:
    _, passkey = await a_passkey(world, world.buyer)
    return Write("PATCH", f"/auth/passkeys/{passkey['id']}", world.buyer, {"name": "Laptop"})


@recipe("remove_passkey")
async def _(world: World) -> Write:
    _, passkey = await a_passkey(world, world.buyer)
    return Write("DELETE", f"/auth/passkeys/{passkey['id']}", world.buyer)


@recipe("prepare_passkey_log_in")
async def _(world: World) -> Write:
    return Write("POST", "/auth/passkeys/login/options")


@recipe("log_in_with_passkey")
async def _(world: World) -> Write:
    device, _ = await a_passkey(world, (await newcomer(world))["accessToken"])
    options = await world.ask("POST", "/auth/passkeys/login/options", "")
    return Write(
        "POST", "/auth/passkeys/login", json={"credential": device.get(options["publicKey"])}
    )
