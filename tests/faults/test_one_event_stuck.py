"""Somebody sits on one event's stock: the others are sold all the same."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from application.sales.messages import OrderItem, PlacedOrder, PlaceOrder, PlaceOrderRequest
from application.shared.coalescer import Coalescer
from domain.shared.ids import OrderId, TicketTypeId
from entrypoints.container import Container
from tests.beyond import all_rows
from tests.http.test_the_first_sale import a_person, an_event

Client = AsyncTestClient[Litestar]
Wanted = dict[str, Any]


async def _wish(container: Container, token: str, ticket_type: Wanted) -> PlaceOrder:
    item = OrderItem(ticket_type_id=TicketTypeId(UUID(ticket_type["id"])), quantity=1)
    return PlaceOrder(
        actor=await container.identity.access_tokens().actor(token),
        request=PlaceOrderRequest(items=(item,)),
        order_id=OrderId(container.core.ids().new()),
    )


async def test_an_event_that_is_locked_holds_up_nobody_elses(
    client: Client, container: Container
) -> None:
    promoter = await a_person(client, "promoter@example.com")
    _, stuck = await an_event(client, promoter)
    _, free = await an_event(client, promoter)
    buyer = await a_person(client, "buyer@example.com")
    office = container.sales.place_orders()
    lane: Coalescer[PlaceOrder, PlacedOrder] = Coalescer(office, office.again)

    async def ask(ticket_type: Wanted) -> PlacedOrder:
        return await lane(await _wish(container, buyer, ticket_type))

    async with all_rows(container.core.database()) as somebody:
        await somebody.execute(
            text("select 1 from allotment_counters where allotment_id = :id for update"),
            {"id": UUID(stuck["id"])},
        )
        waiting = [asyncio.ensure_future(ask(stuck)) for _ in range(16)]
        await asyncio.sleep(0.05)
        async with asyncio.timeout(15):  # With one wait for each of the sixteen it would be more.
            placed = await ask(free)
            refused = await asyncio.gather(*waiting, return_exceptions=True)
        await somebody.rollback()

    assert placed.order is not None
    assert {getattr(one, "code", "") for one in refused} <= {"contention", "event_busy"}
    await asyncio.sleep(1.1)  # The jam is forgotten.
    assert (await ask(stuck)).order is not None


async def test_a_commit_that_was_lost_and_came_through_late_is_found(
    client: Client, container: Container
) -> None:
    """The second try meets the first one's order, and says so instead of refusing."""
    _, ticket_type = await an_event(client, await a_person(client, "promoter@example.com"))
    buyer = await a_person(client, "buyer@example.com")
    office = container.sales.place_orders()
    wish = await _wish(container, buyer, ticket_type)
    [first] = await office([wish])
    assert isinstance(first, PlacedOrder)

    again = await office.again(wish)

    assert isinstance(again, PlacedOrder)
    assert (again.id, again.is_repeat) == (wish.order_id, True)
