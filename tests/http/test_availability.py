"""Why so many tickets are left and not more, as buyers and organisers are told."""

from datetime import timedelta
from typing import Any

import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from adapters.postgres.catalogue.phase import WITHOUT_END
from adapters.postgres.database import Database
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.http.shop import Shop, Visitor, open_shop
from tests.http.test_events import NOWHERE
from tests.http.test_the_first_sale import a_person

Client = AsyncTestClient[Litestar]
Json = dict[str, Any]


@pytest_asyncio.fixture(loop_scope="session")
async def shop(client: Client) -> Shop:
    return await open_shop(client, quantity=4)


async def explained(shop: Shop, visitor: Visitor | None = None) -> Json:
    path = f"/ticket-types/{shop.ticket_type['id']}/availability?explain=true"
    answer = await (visitor or shop.guest()).call("GET", path)
    for part in answer["explanation"]["drawnOn"]:
        assert part["capacity"] == part["held"] + part["sold"] + part["blocked"] + part["free"]
    return answer


def parts(answer: Json) -> dict[str, Json]:
    return {part["kind"]: part for part in answer["explanation"]["drawnOn"]}


async def order(visitor: Visitor, shop: Shop, quantity: int) -> Json:
    items = [{"ticketTypeId": shop.ticket_type["id"], "quantity": quantity}]
    return await visitor.call("POST", "/orders", {"items": items}, 201)


async def test_both_paths_tell_the_same(shop: Shop, client: Client) -> None:
    kind = shop.ticket_type
    long = f"/events/{kind['eventId']}/ticket-types/{kind['id']}/availability"
    short = f"/ticket-types/{kind['id']}/availability"
    guest = shop.guest()

    for query in ("", "?explain=true", "?explain=false"):
        assert await guest.call("GET", long + query) == await guest.call("GET", short + query)

    plain = await guest.call("GET", short)
    assert (plain["available"], plain["explanation"]) == (4, None)
    unknown = await guest.call("GET", f"/ticket-types/{NOWHERE}/availability", None, 404)
    assert unknown["code"] == "ticket_type_not_found"
    await guest.call("GET", short + "?explain=perhaps", None, 400)


async def test_what_is_left_is_explained(shop: Shop) -> None:
    answer = await explained(shop)

    assert answer["available"] == 4
    assert answer["explanation"]["left"] == "available"
    assert answer["explanation"]["why"] == "4 left; the ticket type Floor is the limit."
    assert [part["kind"] for part in answer["explanation"]["drawnOn"]] == ["ticket_type", "event"]
    own, event = parts(answer)["ticket_type"], parts(answer)["event"]
    assert (own["name"], own["capacity"], own["ticketsLeft"], own["isLimit"]) == (
        "Floor",
        4,
        4,
        True,
    )
    assert (event["name"], event["capacity"], event["isLimit"]) == ("Midsummer Night", 100, False)
    assert (own["unitsPerTicket"], own["heldBy"]) == (1, None)


async def test_what_unpaid_orders_hold_may_come_back(shop: Shop, clock: VirtualClock) -> None:
    buyer = await shop.person("buyer@example.com")
    placed = await order(buyer, shop, 3)
    clock.advance(timedelta(minutes=1))
    await order(buyer, shop, 1)

    answer = await explained(shop)

    explanation = answer["explanation"]
    assert (answer["available"], answer["status"]) == (0, "sold_out")
    assert (explanation["left"], explanation["backAt"]) == ("ordered", placed["expiresAt"])
    assert "4 held by orders that are not paid yet" in explanation["why"]
    assert (parts(answer)["ticket_type"]["held"], parts(answer)["ticket_type"]["free"]) == (4, 0)


async def test_members_are_told_whose_units_are_held(
    shop: Shop, postgres: Database, client: Client
) -> None:
    buyer = await shop.person("buyer@example.com")
    await order(buyer, shop, 1)
    in_flight = await order(buyer, shop, 2)
    intent = {"orderId": in_flight["id"]}
    await buyer.call("POST", "/payments/create-intent", intent, 201)
    async with all_rows(postgres) as connection:
        await connection.execute(text("update payments set status = 'processing'"))

    members = parts(await explained(shop, shop.promoter))
    strangers = parts(await explained(shop, buyer))

    for kind in ("ticket_type", "event"):
        assert members[kind]["heldBy"] == {"pendingOrders": 1, "paymentsInFlight": 2}
        assert strangers[kind]["heldBy"] is None


async def test_what_is_sold_is_gone(shop: Shop) -> None:
    buyer = await shop.person("buyer@example.com")
    await buyer.pay(await order(buyer, shop, 4))

    explanation = (await explained(shop))["explanation"]

    assert explanation["left"] == "gone"
    assert explanation["why"] == "The ticket type Floor is sold out: 4 of 4 are sold."
    assert explanation["backAt"] is None


async def test_what_the_waiting_list_is_owed_is_not_for_everybody(
    shop: Shop, postgres: Database, client: Client
) -> None:
    kind = shop.ticket_type
    async with all_rows(postgres) as connection:
        await connection.execute(
            text(
                "update allotment_counters set waiting = 3 where allotment_id = cast(:id as uuid)"
            ),
            {"id": kind["id"]},
        )
    one_left = await explained(shop)
    async with all_rows(postgres) as connection:
        await connection.execute(text("update allotment_counters set waiting = 9"))
    none_left = await explained(shop)

    assert (one_left["available"], none_left["available"]) == (1, 0)
    assert none_left["explanation"]["left"] == "ordered"
    assert "owed to the waiting list first" in none_left["explanation"]["why"]
    listed = await shop.guest().call("GET", f"/events/{kind['eventId']}/ticket-types")
    assert listed["items"][0]["quantityAvailable"] == 0


async def test_what_lies_in_carts_is_told(shop: Shop) -> None:
    guest = shop.guest()
    await guest.add(shop.ticket_type, 3)
    one_left = await explained(shop)
    await shop.guest().add(shop.ticket_type, 1)

    all_in_carts = await explained(shop)

    assert parts(one_left)["ticket_type"]["inCarts"] == 3
    assert one_left["explanation"]["left"] == "available"
    assert all_in_carts["explanation"]["left"] == "reserved"
    assert "lies in carts: 4 of 4" in all_in_carts["explanation"]["why"]


async def test_what_is_not_on_sale_is_closed(shop: Shop, clock: VirtualClock) -> None:
    kind = shop.ticket_type
    path = f"/events/{kind['eventId']}/ticket-types/{kind['id']}"
    opens = clock.now + timedelta(hours=2)
    await shop.promoter.call("PATCH", path, {"salesStart": opens.isoformat()})

    too_early = await explained(shop)

    assert (too_early["isOnSale"], too_early["explanation"]["left"]) == (False, "closed")
    assert too_early["explanation"]["why"].startswith("The sale of the ticket type opens at 2026")
    assert too_early["explanation"]["backAt"] == "2026-06-01T14:00:00Z"


async def test_hidden_types_are_explained_to_members_alone(shop: Shop, client: Client) -> None:
    kind = shop.ticket_type
    path = f"/events/{kind['eventId']}/ticket-types/{kind['id']}"
    await shop.promoter.call("PATCH", path, {"status": "hidden"})
    short = f"/ticket-types/{kind['id']}/availability?explain=true"

    unseen = await shop.guest().call("GET", short, None, 404)
    seen = await explained(shop, shop.promoter)

    assert unseen["code"] == "ticket_type_not_found"
    assert (seen["status"], seen["explanation"]["left"]) == ("hidden", "closed")


async def test_an_administrator_sees_every_draft(
    shop: Shop, client: Client, postgres: Database
) -> None:
    kind = shop.ticket_type
    await shop.promoter.call("POST", f"/events/{kind['eventId']}/unpublish")
    token = await a_person(client, "admin@example.com")
    async with all_rows(postgres) as connection:
        await connection.execute(
            text("update users set is_platform_admin = true where email = 'admin@example.com'")
        )
    admin = Visitor(client, {"Authorization": f"Bearer {token}"})
    short = f"/ticket-types/{kind['id']}/availability"

    assert (await admin.call("GET", short))["eventStatus"] == "draft"
    await shop.guest().call("GET", short, None, 404)


async def test_numbers_of_tickets_are_integers_in_json(shop: Shop, postgres: Database) -> None:
    event = f"/events/{shop.ticket_type['eventId']}"
    pool = await shop.promoter.call("POST", f"{event}/pools", {"name": "Stand", "quantity": 7}, 201)
    family = {
        "name": "Family",
        "price": 10,
        "quantity": 50,
        "eventUnits": 3,
        "pools": [{"poolId": pool["id"], "units": 2}],
    }
    await shop.promoter.call("POST", f"{event}/ticket-types", family, 201)

    limited = await counts_of_tickets(shop, event)
    async with all_rows(postgres) as connection:
        await connection.execute(text("update allotment_counters set capacity = null"))
    unlimited = await counts_of_tickets(shop, event)

    assert limited == {"Floor": [4] * 5, "Family": [3] * 5}
    assert unlimited == {"Floor": [WITHOUT_END] * 5, "Family": [WITHOUT_END] * 5}
    for count in [*limited.values(), *unlimited.values()]:
        assert {type(number) for number in count} == {int}, count  # 4.0 == 4, to Python.


async def counts_of_tickets(shop: Shop, event: str) -> dict[str, list[Any]]:
    """By the type's name, how many are left, in every place that tells it."""
    told: dict[str, list[Any]] = {}
    for listed in (await shop.guest().call("GET", f"{event}/ticket-types"))["items"]:
        long = f"{event}/ticket-types/{listed['id']}"
        short = f"/ticket-types/{listed['id']}/availability"
        told[listed["name"]] = [
            listed["quantityAvailable"],
            (await shop.guest().call("GET", long))["quantityAvailable"],
            (await shop.guest().call("GET", f"{long}/availability"))["available"],
            (await shop.guest().call("GET", short))["available"],
            (await shop.guest().call("GET", f"{short}?explain=true"))["available"],
        ]
    return told
