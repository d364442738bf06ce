"""How people write about their accounts: requests that are ready to be sent once.

Where a password is asked for, the session has just begun.
"""

from uuid import UUID

from domain.shared.ids import UserId
from tests.http.mailbox import token_from_mail
from tests.http.repeating import World, Write, recipe
from tests.http.test_the_first_sale import a_person

ANOTHER = "correct horse battery"


@recipe("verify_email")
async def _(world: World) -> Write:
    token = await token_from_mail(world.client, world.buyer_email, "Confirm your e-mail")
    return Write("POST", "/auth/verify-email", json={"token": token})


@recipe("resend_verification")
async def _(world: World) -> Write:
    return Write("POST", "/auth/verify-email/resend", world.buyer)


@recipe("forgot_password")
async def _(world: World) -> Write:
    return Write("POST", "/auth/forgot-password", json={"email": world.buyer_email})


@recipe("reset_password")
async def _(world: World) -> Write:
    await world.ask("POST", "/auth/forgot-password", "", {"email": world.buyer_email}, expected=202)
    token = await token_from_mail(world.client, world.buyer_email, "Choose a new password")
    return Write("POST", "/auth/reset-password", json={"token": token, "password": ANOTHER})


@recipe("change_password")
async def _(world: World) -> Write:
    return Write("PATCH", "/users/me/password", world.buyer, {"newPassword": ANOTHER})


@recipe("change_email")
async def _(world: World) -> Write:
    return Write("POST", "/users/me/email", world.buyer, {"email": f"other@{world.domain}"})


@recipe("update_me")
async def _(world: World) -> Write:
    return Write("PATCH", "/users/me", world.buyer, {"firstName": "Grace"})


@recipe("update_preferences")
async def _(world: World) -> Write:
    return Write("PATCH", "/users/me/preferences", world.buyer, {"marketingEmails": True})


@recipe("delete_me")
async def _(world: World) -> Write:
    return Write("DELETE", "/users/me", world.buyer, {})


async def an_admin_and_somebody(world: World) -> tuple[str, str]:
    """The administrator's token, and the id of somebody else."""
    admin = await a_person(world.client, f"admin@{world.domain}")
    mine = await world.ask("GET", "/users/me", admin)
    grant = world.client.app.state.container.identity.grant_platform_admin()
    await grant(UserId(UUID(mine["id"])))
    buyer = await world.ask("GET", "/users/me", world.buyer)
    return admin, str(buyer["id"])


@recipe("update_user")
async def _(world: World) -> Write:
    admin, somebody = await an_admin_and_somebody(world)
    return Write("PUT", f"/users/{somebody}", admin, {"firstName": "Grace"})


@recipe("delete_user")
async def _(world: World) -> Write:
    admin, somebody = await an_admin_and_somebody(world)
    return Write("DELETE", f"/users/{somebody}", admin)
