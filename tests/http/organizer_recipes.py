"""How organisers write: each recipe is a request that is ready to be sent once."""

from tests.http.repeating import A_CODE, A_PERSON, A_VENUE, AN_EVENT, FLOOR, World, Write, recipe


@recipe("register_user")
async def _(world: World) -> Write:
    return Write("POST", "/auth/register", json=A_PERSON)


@recipe("create_organization")
async def _(world: World) -> Write:
    return Write("POST", "/organizations", world.buyer, {"name": "Moon", "type": "venue"})


@recipe("update_organization")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}"
    return Write("PATCH", path, world.promoter, {"name": "Starlight 2"})


@recipe("update_organization__alias_1")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}"
    return Write("PUT", path, world.promoter, {"name": "Starlight 3"})


@recipe("add_member")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}/members"
    body = {"email": world.buyer_email, "role": "support"}
    return Write("POST", path, world.promoter, body)


@recipe("create_venue")
async def _(world: World) -> Write:
    return Write("POST", "/venues", world.promoter, A_VENUE | world.of_mine)


@recipe("update_venue")
async def _(world: World) -> Write:
    venue = await world.ask("POST", "/venues", world.promoter, A_VENUE | world.of_mine)
    return Write("PATCH", f"/venues/{venue['id']}", world.promoter, {"capacity": 901})


@recipe("delete_venue")
async def _(world: World) -> Write:
    venue = await world.ask("POST", "/venues", world.promoter, A_VENUE | world.of_mine)
    return Write("DELETE", f"/venues/{venue['id']}", world.promoter)


@recipe("create_event")
async def _(world: World) -> Write:
    return Write("POST", "/events", world.promoter, AN_EVENT | world.of_mine)


@recipe("update_event")
async def _(world: World) -> Write:
    return Write("PATCH", f"/events/{world.event}", world.promoter, {"name": "Renamed"})


@recipe("delete_event")
async def _(world: World) -> Write:
    return Write("DELETE", f"/events/{await world.draft()}", world.promoter)


@recipe("publish_event")
async def _(world: World) -> Write:
    event = await world.draft()
    await world.ask("POST", f"/events/{event}/ticket-types", world.promoter, FLOOR)
    return Write("POST", f"/events/{event}/publish", world.promoter)


@recipe("unpublish_event")
async def _(world: World) -> Write:
    return Write("POST", f"/events/{world.event}/unpublish", world.promoter)


@recipe("cancel_event")
async def _(world: World) -> Write:
    return Write("POST", f"/events/{world.event}/cancel", world.promoter, {"reason": "Rain"})


@recipe("create_ticket_type")
async def _(world: World) -> Write:
    return Write("POST", f"/events/{world.event}/ticket-types", world.promoter, FLOOR)


@recipe("create_ticket_type__alias_1")
async def _(world: World) -> Write:
    body = FLOOR | {"eventId": world.event}
    return Write("POST", "/ticket-types", world.promoter, body)


@recipe("update_ticket_type")
async def _(world: World) -> Write:
    path = f"/events/{world.event}/ticket-types/{world.ticket_type}"
    return Write("PATCH", path, world.promoter, {"quantity": 9})


@recipe("delete_ticket_type")
async def _(world: World) -> Write:
    path = f"/events/{world.event}/ticket-types"
    balcony = await world.ask("POST", path, world.promoter, FLOOR)
    return Write("DELETE", f"{path}/{balcony['id']}", world.promoter)


@recipe("create_pool")
async def _(world: World) -> Write:
    body = {"name": "Inner ring", "quantity": 50}
    return Write("POST", f"/events/{world.event}/pools", world.promoter, body)


async def _a_pool(world: World) -> str:
    path = f"/events/{world.event}/pools"
    pool = await world.ask("POST", path, world.promoter, {"name": "Inner ring", "quantity": 50})
    return f"{path}/{pool['id']}"


@recipe("update_pool")
async def _(world: World) -> Write:
    return Write("PATCH", await _a_pool(world), world.promoter, {"quantity": 40})


@recipe("delete_pool")
async def _(world: World) -> Write:
    return Write("DELETE", await _a_pool(world), world.promoter)


@recipe("create_promo_code")
async def _(world: World) -> Write:
    return Write("POST", "/promo-codes", world.promoter, A_CODE | world.of_mine)


@recipe("update_promo_code")
async def _(world: World) -> Write:
    code = await world.ask("POST", "/promo-codes", world.promoter, A_CODE | world.of_mine)
    return Write("PATCH", f"/promo-codes/{code['id']}", world.promoter, {"maxUses": 5})


@recipe("delete_promo_code")
async def _(world: World) -> Write:
    code = await world.ask("POST", "/promo-codes", world.promoter, A_CODE | world.of_mine)
    return Write("DELETE", f"/promo-codes/{code['id']}", world.promoter)


@recipe("register_scanner")
async def _(world: World) -> Write:
    body = {"name": "Gate B"} | world.of_mine
    return Write("POST", "/scanners/register", world.promoter, body)


@recipe("revoke_scanner")
async def _(world: World) -> Write:
    return Write("DELETE", f"/scanners/{(await world.scanner())['id']}", world.promoter)


@recipe("authenticate_scanner")
async def _(world: World) -> Write:
    return Write("POST", "/scanners/auth", json={"apiKey": (await world.scanner())["apiKey"]})
