"""How buyers, doors and visitors write: requests that are ready to be sent once."""

from datetime import timedelta

from tests.http.repeating import A_CODE, A_PERSON, World, Write, recipe
from tests.http.test_the_first_sale import call


@recipe("place_order")
async def _(world: World) -> Write:
    items = [{"ticketTypeId": world.ticket_type, "quantity": 2}]
    return Write("POST", "/orders", world.buyer, {"items": items})


async def _a_cart(world: World) -> None:
    item = {"ticketTypeId": world.ticket_type, "quantity": 2}
    await world.ask("POST", "/cart/items", world.buyer, item)


@recipe("add_cart_item")
async def _(world: World) -> Write:
    item = {"ticketTypeId": world.ticket_type, "quantity": 2}
    return Write("POST", "/cart/items", world.buyer, item)


@recipe("update_cart")
async def _(world: World) -> Write:
    await _a_cart(world)
    await world.ask("POST", "/promo-codes", world.promoter, A_CODE | world.of_mine)
    return Write("PATCH", "/cart", world.buyer, {"promoCode": "early10"})


@recipe("remove_cart_item")
async def _(world: World) -> Write:
    await _a_cart(world)
    return Write("DELETE", f"/cart/items/{world.ticket_type}", world.buyer)


@recipe("lock_seats")
async def _(world: World) -> Write:
    await _a_cart(world)
    return Write("POST", "/cart/lock-seats", world.buyer, {})


@recipe("extend_lock")
async def _(world: World) -> Write:
    await _a_cart(world)
    world.clock.advance(timedelta(minutes=5))
    return Write("POST", "/cart/extend-lock", world.buyer)


@recipe("empty_cart")
async def _(world: World) -> Write:
    await _a_cart(world)
    return Write("DELETE", "/cart", world.buyer)


async def _sold_out(world: World) -> Write:
    items = [{"ticketTypeId": world.ticket_type, "quantity": 10}]
    await world.ask("POST", "/orders", world.buyer, {"items": items})
    wish = {"ticketTypeId": world.ticket_type, "quantity": 1}
    return Write("POST", f"/events/{world.event}/waiting-list", world.buyer, wish)


@recipe("join_waiting_list")
async def _(world: World) -> Write:
    return await _sold_out(world)


async def _a_place(world: World) -> str:
    entry = (await (await _sold_out(world)).send(world.client)).json()
    return f"/waiting-list/{entry['id']}"


@recipe("leave_waiting_list")
async def _(world: World) -> Write:
    return Write("DELETE", await _a_place(world), world.buyer)


@recipe("change_waiting_list_priority")
async def _(world: World) -> Write:
    return Write("PATCH", await _a_place(world), world.promoter, {"priority": 5})


@recipe("update_waiting_room")
async def _(world: World) -> Write:
    return Write("PUT", f"/events/{world.event}/waiting-room", world.promoter, {"isOn": True})


@recipe("cancel_order")
async def _(world: World) -> Write:
    order = await world.order()
    return Write("POST", f"/orders/{order['id']}/cancel", world.buyer, {"reason": "ill"})


@recipe("create_payment_intent")
async def _(world: World) -> Write:
    wish = {"orderId": (await world.order())["id"]}
    return Write("POST", "/payments/create-intent", world.buyer, wish)


@recipe("create_payment_intent__alias_1")
async def _(world: World) -> Write:
    wish = {"orderId": (await world.order())["id"]}
    return Write("POST", "/payments/intent", world.buyer, wish)


@recipe("confirm_payment")
async def _(world: World) -> Write:
    paid = {"paymentId": (await world.payment())["paymentId"], "paymentMethod": "pm_card_visa"}
    return Write("POST", "/payments/confirm", world.buyer, paid)


@recipe("confirm_payment__alias_1")
async def _(world: World) -> Write:
    path = f"/payments/{(await world.payment())['paymentId']}/confirm"
    return Write("POST", path, world.buyer, {"paymentMethod": "pm_card_chargeDeclined"})


@recipe("record_scan")
async def _(world: World) -> Write:
    key = {"apiKey": (await world.scanner())["apiKey"]}
    door = await world.ask("POST", "/scanners/auth", "", key)
    return Write("POST", "/scanners/scan", door["accessToken"], {"barcode": await world.barcode()})


@recipe("record_scan__alias_1")
async def _(world: World) -> Write:
    path = f"/scanners/{(await world.scanner())['id']}/scan"
    return Write("POST", path, world.promoter, {"barcode": await world.barcode()})


@recipe("record_scan__alias_2")
async def _(world: World) -> Write:
    return Write("POST", "/scanner/validate", world.promoter, {"barcode": await world.barcode()})


@recipe("log_in")
async def _(world: World) -> Write:
    body = {"email": world.buyer_email, "password": A_PERSON["password"]}
    return Write("POST", "/auth/login", json=body)


@recipe("refresh_session")
async def _(world: World) -> Write:
    session = await call(world.client, "POST", "/auth/register", json=A_PERSON, expect=201)
    return Write("POST", "/auth/refresh", json={"refreshToken": session["refreshToken"]})


@recipe("log_out")
async def _(world: World) -> Write:
    return Write("POST", "/auth/logout", world.buyer)


@recipe("validate_promo_code")
async def _(world: World) -> Write:
    await world.ask("POST", "/promo-codes", world.promoter, A_CODE | world.of_mine)
    items = [{"ticketTypeId": world.ticket_type, "quantity": 2}]
    return Write("POST", "/promo-codes/validate", world.buyer, {"code": "early10", "items": items})


@recipe("enter_queue")
async def _(world: World) -> Write:
    return Write("POST", f"/events/{world.event}/queue", world.buyer)


@recipe("offer_places")
async def _(world: World) -> Write:
    await _a_place(world)
    return Write("POST", f"/events/{world.event}/waiting-list/offers", world.promoter)
