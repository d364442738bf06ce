"""How organisations and the platform write: each recipe is a request that is ready to be sent."""

from typing import Any
from uuid import UUID

from domain.shared.ids import UserId
from tests.http.hiring import token_of
from tests.http.repeating import Json, World, Write, recipe


def given(world: World, name: str) -> Any:
    """What the doors are given under this name."""
    return world.client.app.dependencies[name].dependency()


async def invitation(world: World) -> Json:
    address = world.buyer_email.replace("buyer", "newcomer")
    body = {"email": address, "role": "support"}
    path = f"/organizations/{world.organization}/members"
    invited: Json = await world.ask("POST", path, world.promoter, body)
    return invited


async def token(world: World) -> str:
    return token_of(given(world, "invitation_tokens"), await invitation(world))


async def employee(world: World) -> str:
    """The buyer works there now; their user id."""
    await world.ask("POST", f"/invitations/{await token(world)}/accept", world.buyer)
    return str((await world.ask("GET", "/auth/me", world.buyer))["id"])


@recipe("remove_member")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}/members/{await employee(world)}"
    return Write("DELETE", path, world.promoter)


@recipe("change_member")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}/members/{await employee(world)}"
    return Write("PATCH", path, world.promoter, {"role": "manager", "eventIds": [world.event]})


@recipe("resend_invitation")
async def _(world: World) -> Write:
    invited = await invitation(world)
    path = f"/organizations/{world.organization}/invitations/{invited['id']}/resend"
    return Write("POST", path, world.promoter)


@recipe("revoke_invitation")
async def _(world: World) -> Write:
    invited = await invitation(world)
    path = f"/organizations/{world.organization}/invitations/{invited['id']}"
    return Write("DELETE", path, world.promoter)


@recipe("accept_invitation")
async def _(world: World) -> Write:
    return Write("POST", f"/invitations/{await token(world)}/accept", world.buyer)


@recipe("decline_invitation")
async def _(world: World) -> Write:
    return Write("POST", f"/invitations/{await token(world)}/decline")


@recipe("update_organization__alias_2")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}/settings"
    return Write("PATCH", path, world.promoter, {"primaryColor": "#A1b2C3"})


@recipe("close_organization")
async def _(world: World) -> Write:
    return Write("DELETE", f"/organizations/{world.organization}", world.promoter)


@recipe("set_organization_status")
async def _(world: World) -> Write:
    operator = await world.ask("GET", "/auth/me", world.buyer)
    await given(world, "grant_platform_admin")(UserId(UUID(operator["id"])))
    path = f"/organizations/{world.organization}/status"
    return Write("PATCH", path, world.buyer, {"status": "suspended", "reason": "Complaints"})


A_SHARE: Json = {"partyName": "The band", "basisPoints": 2500, "validFrom": "2026-06-01T00:00:00Z"}
AN_ACCOUNT: Json = {"provider": "stripe", "accountId": "acct_1NvW2eLkdIwHu7ix"}


async def domain(world: World) -> str:
    """A domain is claimed, and its record is set; the path under which it is kept."""
    path = f"/organizations/{world.organization}/custom-domain"
    claimed = await world.ask("PUT", path, world.promoter, {"domain": "tickets.house.com"})
    given(world, "domain_records").set(claimed["recordName"], claimed["recordValue"])
    return path


@recipe("set_payout_account")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}/payout-account"
    return Write("PUT", path, world.promoter, AN_ACCOUNT)


@recipe("set_revenue_shares")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}/revenue-shares"
    shares = [A_SHARE | {"eventIds": [world.event]}]
    return Write("PUT", path, world.promoter, {"shares": shares})


@recipe("claim_domain")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}/custom-domain"
    return Write("PUT", path, world.promoter, {"domain": "Tickets.House.com."})


@recipe("verify_domain")
async def _(world: World) -> Write:
    return Write("POST", f"{await domain(world)}/verify", world.promoter)


@recipe("give_up_domain")
async def _(world: World) -> Write:
    return Write("DELETE", await domain(world), world.promoter)
