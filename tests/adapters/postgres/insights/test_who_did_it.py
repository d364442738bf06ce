"""Whoever caused an entry of the audit log is named in it, whichever way the change went."""

import asyncio
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from tests.adapters.postgres.insights.test_audit_log import entries
from tests.conftest import VirtualClock
from tests.http.account_recipes import an_admin_and_somebody
from tests.http.hiring import hire
from tests.http.repeating import World, a_world
from tests.http.test_the_first_sale import a_person

Client = AsyncTestClient[Litestar]


@pytest.fixture
def world_of(client: Client, clock: VirtualClock) -> Any:
    return a_world(client, clock)


async def id_of(world: World, token: str) -> str:
    return str((await world.ask("GET", "/auth/me", token))["id"])


def is_by(entry: Any, kind: str, actor: str | None) -> bool:
    told = entry["actor"] or {}
    is_traced = bool(entry["ip"] and entry["requestId"])
    return (told.get("kind"), told.get("id")) == (kind, actor) and is_traced


@pytest.mark.parametrize("is_theirs", [True, False])
async def test_closing_an_account_leaves_the_teams_in_its_closers_name(
    is_theirs: bool, world_of: Any, container: Container
) -> None:
    world: World = await world_of
    admin, leaver = await an_admin_and_somebody(world)
    await hire(container, world.organization, leaver, "support")
    closer = leaver if is_theirs else await id_of(world, admin)

    if is_theirs:
        await world.ask("DELETE", "/users/me", world.buyer, {})
    else:
        await world.ask("DELETE", f"/users/{leaver}", admin)

    (left, *_) = await entries(world, f"&entity=membership&entityId={leaver}")
    assert left["action"] == "membership.deleted"
    assert is_by(left, "person" if is_theirs else "platform_admin", closer)


async def test_orders_of_one_batch_are_each_their_own_buyers(world_of: Any) -> None:
    world: World = await world_of
    buyers = [await a_person(world.client, f"fan{n}@example.com") for n in range(4)]
    items = [{"ticketTypeId": world.ticket_type, "quantity": 1}]
    wish = {"items": items, "payment": {"paymentMethod": "pm_card_visa"}}

    orders = await asyncio.gather(*(world.ask("POST", "/orders", token, wish) for token in buyers))

    for token, order in zip(buyers, orders, strict=True):
        told = await entries(world, f"&entity=order&entityId={order['id']}")
        assert [one["action"] for one in told] == ["order.paid", "order.placed"]
        buyer = await id_of(world, token)
        assert all(is_by(one, "person", buyer) for one in told)


async def test_paying_later_is_its_buyers_doing(world_of: Any) -> None:
    world: World = await world_of
    await world.barcode()

    (paid, _) = await entries(world, "&entity=order")

    assert paid["action"] == "order.paid"
    assert is_by(paid, "person", await id_of(world, world.buyer))


async def test_a_guest_is_told_from_the_platform(world_of: Any) -> None:
    world: World = await world_of
    items = [{"ticketTypeId": world.ticket_type, "quantity": 1}]
    guest = {"name": "Grace Hopper", "email": "grace@example.com"}
    order = await world.ask("POST", "/orders", "", {"items": items, "buyer": guest})
    secret = {"X-Order-Secret": order["accessSecret"]}
    path = f"/api/v1/orders/{order['id']}/cancel"
    assert (await world.client.post(path, headers=secret, json={})).is_success

    cancelled, placed = await entries(world, f"&entity=order&entityId={order['id']}")

    assert (cancelled["action"], placed["action"]) == ("order.cancelled", "order.placed")
    assert is_by(cancelled, "guest", None)
    assert is_by(placed, "guest", None)
