"""Pools that several ticket types share, as organisers and buyers meet them."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from adapters.postgres.database import Database
from adapters.postgres.invariants import violated
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.http.test_events import NOWHERE, Promoter, a_promoter
from tests.http.test_the_first_sale import a_person, call

Client = AsyncTestClient[Litestar]


@pytest_asyncio.fixture
async def promoter(client: Client) -> Promoter:
    return await a_promoter(client, "starlight")


@pytest_asyncio.fixture
async def buyer(client: Client) -> str:
    return await a_person(client, "buyer@example.com")


async def a_pool(promoter: Promoter, event_id: str, **wanted: Any) -> str:
    body = {"name": "Stand", "quantity": 20} | wanted
    response = await promoter.post(f"/events/{event_id}/pools", body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def on_sale(promoter: Promoter, event_id: str) -> None:
    response = await promoter.post(f"/events/{event_id}/publish")
    assert response.status_code == 200, response.text


async def order(client: Client, token: str, *wanted: tuple[str, int]) -> Any:
    items = [{"ticketTypeId": kind, "quantity": quantity} for kind, quantity in wanted]
    headers = {"Authorization": f"Bearer {token}"}
    return await client.post("/api/v1/orders", json={"items": items}, headers=headers)


async def left(client: Client, event_id: str) -> dict[str, int]:
    views = (await client.get(f"/api/v1/events/{event_id}/ticket-types")).json()["items"]
    return {view["name"]: view["quantityAvailable"] for view in views}


async def nothing_is_wrong(postgres: Database, clock: VirtualClock) -> bool:
    async with all_rows(postgres) as connection:
        return await violated(connection, clock.now) == {}


async def test_a_pool_is_made_shown_changed_and_deleted(promoter: Promoter) -> None:
    event_id = await promoter.plan()
    path = f"/events/{event_id}/pools"

    made = await promoter.post(path, {"name": "Stand", "quantity": 20})
    pool = made.json()
    listed = (await promoter.get(path)).json()
    changed = await promoter.patch(f"{path}/{pool['id']}", {"name": "Arena", "quantity": 30})
    shown = await promoter.get(f"{path}/{pool['id']}")
    deleted = await promoter.delete(f"{path}/{pool['id']}")

    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/api/v1{path}/{pool['id']}"
    assert pool == {
        "id": pool["id"],
        "eventId": event_id,
        "name": "Stand",
        "quantity": 20,
        "quantityAvailable": 20,
        "quantitySold": 0,
        "quantityHeld": 0,
        "ticketTypeIds": [],
    }
    assert listed == {"items": [pool], "nextCursor": None}
    assert (
        changed.json()
        == shown.json()
        == pool
        | {
            "name": "Arena",
            "quantity": 30,
            "quantityAvailable": 30,
        }
    )
    assert deleted.status_code == 204
    assert (await promoter.get(f"{path}/{pool['id']}")).status_code == 404


async def test_adults_and_children_share_a_pool(
    promoter: Promoter, client: Client, buyer: str, postgres: Database, clock: VirtualClock
) -> None:
    event_id = await promoter.plan()
    pool_id = await a_pool(promoter, event_id, quantity=5)
    share = [{"poolId": pool_id}]
    adult = await promoter.offer(event_id, name="Adult", pools=share)
    child = await promoter.offer(event_id, name="Child", pools=share, price=20)
    other = await promoter.offer(event_id, name="VIP")
    await on_sale(promoter, event_id)

    first = await order(client, buyer, (adult, 2), (child, 2))
    second = await order(client, buyer, (adult, 2))
    third = await order(client, buyer, (child, 1))

    assert (first.status_code, third.status_code) == (201, 201)
    assert (second.status_code, second.json()["code"]) == (409, "sold_out")
    assert (second.json()["allotmentId"], second.json()["available"]) == (pool_id, 1)
    assert await left(client, event_id) == {"Adult": 0, "Child": 0, "VIP": 10}
    pool = (await promoter.get(f"/events/{event_id}/pools/{pool_id}")).json()
    assert (pool["quantityHeld"], pool["quantityAvailable"]) == (5, 0)
    assert pool["ticketTypeIds"] == sorted([adult, child])
    assert (await order(client, buyer, (other, 1))).status_code == 201
    assert await nothing_is_wrong(postgres, clock)


async def test_a_family_ticket_takes_four_of_the_event(
    promoter: Promoter, client: Client, buyer: str
) -> None:
    event_id = await promoter.plan(capacity=10)
    family = await promoter.offer(event_id, name="Family", eventUnits=4)
    single = await promoter.offer(event_id, name="Single")
    await on_sale(promoter, event_id)
    before = await left(client, event_id)

    await order(client, buyer, (family, 2))

    assert before == {"Family": 2, "Single": 10}
    assert await left(client, event_id) == {"Family": 0, "Single": 2}
    [view, _] = (await client.get(f"/api/v1/events/{event_id}/ticket-types")).json()["items"]
    assert (view["eventUnits"], view["pools"], view["maxPerCustomer"]) == (4, [], None)
    assert (await order(client, buyer, (single, 3))).json()["code"] == "sold_out"


async def test_a_pool_below_what_is_sold_is_refused_and_others_stay_on_sale(
    promoter: Promoter, client: Client, buyer: str
) -> None:
    """OV-08."""
    event_id = await promoter.plan()
    pool_id = await a_pool(promoter, event_id)
    adult = await promoter.offer(event_id, name="Adult", pools=[{"poolId": pool_id}])
    other = await promoter.offer(event_id, name="VIP")
    await on_sale(promoter, event_id)
    await order(client, buyer, (adult, 3))
    path = f"/events/{event_id}"

    too_small = await promoter.patch(f"{path}/pools/{pool_id}", {"quantity": 2})
    event_too_small = await promoter.patch(path, {"capacity": 2})
    just_fits = await promoter.patch(f"{path}/pools/{pool_id}", {"quantity": 3})

    for refused, asked in ((too_small, 2), (event_too_small, 2)):
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (409, "capacity_below_sold")
        facts = [problem[name] for name in ("capacity", "taken", "held", "sold", "blocked")]
        assert facts == [asked, 3, 3, 0, 0]
    assert just_fits.json()["quantityAvailable"] == 0
    assert await left(client, event_id) == {"Adult": 0, "VIP": 10}
    assert (await order(client, buyer, (other, 1))).status_code == 201


async def test_what_is_sold_remembers_what_it_drew_on(
    promoter: Promoter, client: Client, buyer: str
) -> None:
    event_id = await promoter.plan()
    pool_id = await a_pool(promoter, event_id)
    adult = await promoter.offer(event_id, pools=[{"poolId": pool_id}])
    await on_sale(promoter, event_id)
    placed = (await order(client, buyer, (adult, 1))).json()
    path = f"/events/{event_id}/ticket-types/{adult}"

    refused = await promoter.patch(path, {"pools": []})
    await call(client, "POST", f"/orders/{placed['id']}/cancel", buyer, {})
    changed = await promoter.patch(path, {"pools": [], "eventUnits": 2})
    kept = await promoter.delete(f"/events/{event_id}/pools/{pool_id}")

    assert (refused.status_code, refused.json()["code"]) == (409, "draws_fixed")
    assert (changed.json()["pools"], changed.json()["eventUnits"]) == ([], 2)
    # An expired order may still be paid for: the pool it would draw on is not forgotten.
    assert (kept.status_code, kept.json()["code"]) == (409, "pool_in_use")


async def test_pools_are_the_organisations_business(
    promoter: Promoter, client: Client, buyer: str
) -> None:
    event_id = await promoter.plan()
    pool_id = await a_pool(promoter, event_id)
    await promoter.offer(event_id)
    await on_sale(promoter, event_id)
    path = f"/api/v1/events/{event_id}/pools"
    stranger = {"Authorization": f"Bearer {buyer}"}

    for method, target, body in (
        ("GET", path, None),
        ("GET", f"{path}/{pool_id}", None),
        ("POST", path, {"name": "Mine", "quantity": 1}),
        ("PATCH", f"{path}/{pool_id}", {"quantity": 1}),
        ("DELETE", f"{path}/{pool_id}", None),
    ):
        theirs = await client.request(method, target, json=body, headers=stranger)
        nobodys = await client.request(method, target, json=body)
        assert (theirs.status_code, theirs.json()["code"]) == (404, "event_not_found")
        assert nobodys.status_code == 401


@pytest.mark.parametrize("quantity", [0, -1, 1.0, "1", True, 2**31, 10**9, None])
async def test_odd_quantities_are_refused_and_nothing_changes(
    promoter: Promoter, quantity: object
) -> None:
    """OV-15."""
    event_id = await promoter.plan()
    pool_id = await a_pool(promoter, event_id)
    path = f"/events/{event_id}/pools"
    before = (await promoter.get(path)).json()
    is_number = isinstance(quantity, int) and not isinstance(quantity, bool)

    for refused in (
        await promoter.post(path, {"name": "Odd", "quantity": quantity}),
        await promoter.patch(f"{path}/{pool_id}", {"quantity": quantity}),
    ):
        assert refused.status_code == (422 if is_number else 400), refused.text
        assert refused.json()["errors"][0]["path"] == "$.quantity"

    assert (await promoter.get(path)).json() == before


@pytest.mark.parametrize("units", [0, -1, 1.0, "1", True, 2**31, 101])
async def test_odd_units_are_refused(promoter: Promoter, units: object) -> None:
    event_id = await promoter.plan()
    pool_id = await a_pool(promoter, event_id)
    path = f"/events/{event_id}/ticket-types"
    body = {"name": "Floor", "price": 1, "quantity": 1}
    is_number = isinstance(units, int) and not isinstance(units, bool)

    for shares in ({"pools": [{"poolId": pool_id, "units": units}]}, {"eventUnits": units}):
        refused = await promoter.post(path, body | shares)
        assert refused.status_code == (422 if is_number else 400), refused.text

    assert (await promoter.get(path)).json()["items"] == []


async def test_an_unknown_pool_is_named(promoter: Promoter) -> None:
    event_id = await promoter.plan()
    body = {"name": "Floor", "price": 1, "quantity": 1, "pools": [{"poolId": NOWHERE}]}

    refused = await promoter.post(f"/events/{event_id}/ticket-types", body)

    assert (refused.status_code, refused.json()["code"]) == (404, "pool_not_found")
    assert refused.json()["poolId"] == NOWHERE


async def test_pools_are_taken_from_two_sides_without_a_deadlock(
    promoter: Promoter,
    client: Client,
    second_client: Client,
    buyer: str,
    postgres: Database,
    clock: VirtualClock,
) -> None:
    """OV-04: one type in three pools, another in two of them, named in opposite order, through two
    processes' doors, while the organiser edits the pools.
    """
    event_id = await promoter.plan(capacity=1000)
    north, west, south = [
        await a_pool(promoter, event_id, name=name, quantity=quantity)
        for name, quantity in (("North", 40), ("West", 30), ("South", 35))
    ]
    three = [{"poolId": pool} for pool in (south, north, west)]
    two = [{"poolId": pool} for pool in (west, south)]
    everywhere = await promoter.offer(event_id, name="Everywhere", quantity=500, pools=three)
    somewhere = await promoter.offer(event_id, name="Somewhere", quantity=500, pools=two)
    await on_sale(promoter, event_id)

    async def edit(number: int) -> int:
        body = {"name": f"North {number}"}
        answer = await promoter.patch(f"/events/{event_id}/pools/{north}", body)
        return answer.status_code

    wishes = [((everywhere, 1), (somewhere, 1)), ((somewhere, 1), (everywhere, 1))] * 20
    doors = [client, second_client] * 20
    answers, edits = await asyncio.gather(
        asyncio.gather(
            *(order(door, buyer, *wish) for door, wish in zip(doors, wishes, strict=True))
        ),
        asyncio.gather(*(edit(number) for number in range(5))),
    )

    told = [answer.json().get("code", "placed") for answer in answers]
    assert set(told) <= {"placed", "sold_out"}, told
    assert told.count("placed") == 15  # West has 30, and each of these orders takes 2 of it.
    assert set(edits) == {200}
    pools = (await promoter.get(f"/events/{event_id}/pools")).json()["items"]
    assert {pool["id"]: pool["quantityHeld"] for pool in pools} == {north: 15, west: 30, south: 30}
    assert await nothing_is_wrong(postgres, clock)
