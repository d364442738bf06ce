"""Carts, waiting lists, odd quantities, old pages: the other ways to a place (faults.md, 1.1)."""

import asyncio
import os
from random import Random
from uuid import UUID, uuid4

import pytest
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient

from application.sales.add_cart_item import AddCartItemCommand
from application.sales.cancel_order import CancelOrderCommand
from application.sales.carts import CartVisitor
from application.sales.join_waiting_list import JoinWaitingListCommand
from application.sales.messages import GuestBuyer, PlacedOrder, PlaceOrder, PlaceOrderRequest
from application.sales.waiting_list_ports import WaitingVisitor
from domain.shared.ids import EventId, OrderId, TicketTypeId
from entrypoints.http.app import create_app
from tests.faults.fleet import PROCESSES, Fleet, Sale, all_of, codes
from tests.faults.people import an_owner
from tests.faults.test_every_order_of_steps import Round, schedule, told
from tests.http.test_the_first_sale import a_person, call
from tests.simulation.exact_path import NoShortWay

LONG = int(float(os.environ.get("TIXMO_TEST_LONG", "1")))
TABS = 50


async def test_ov_11_a_freed_place_goes_to_who_waits_for_it(fleet: Fleet) -> None:
    for _ in range(4):
        sale = fleet.open_a_sale({"floor": 1})
        seller = an_owner(fleet, sale)
        [sold] = await fleet.place([sale.wish()])
        assert isinstance(sold, PlacedOrder)
        first, second = [await _waits(fleet, sale, name) for name in ("first", "second")]

        cancel = fleet.containers[0].sales.cancel_order()
        answers = await all_of(
            [
                cancel(seller, sold.id, CancelOrderCommand()),
                *(c.waiting_lists.serve_waiting_lists()() for c in fleet.containers),
                *(fleet.place([sale.wish()]) for _ in range(20)),
            ]
        )
        await fleet.containers[1].waiting_lists.serve_waiting_lists()()
        public = codes([told for [told] in answers[1 + PROCESSES :]])
        takers = await fleet.place([_take_up(fleet, entry) for entry in (second, first, first)])

        assert public == {"sold_out": 20}
        assert isinstance(takers[1], PlacedOrder) != isinstance(takers[2], PlacedOrder)
        assert not isinstance(takers[0], PlacedOrder)
        assert fleet.ordered(sale.types["floor"]) == 1
    assert await fleet.broken() == {}


async def _waits(fleet: Fleet, sale: Sale, name: str) -> UUID:
    join = fleet.containers[0].waiting_lists.join_waiting_list()
    buyer = GuestBuyer(name=name, email=f"{name}@example.com")
    command = JoinWaitingListCommand(ticket_type_id=sale.types["floor"], buyer=buyer)
    entry: UUID = await join(WaitingVisitor(), EventId(sale.event_id), command)
    return entry


def _take_up(fleet: Fleet, entry: UUID) -> PlaceOrder:
    secret = fleet.containers[0].waiting_lists.waiting_list_secrets().of_offer(entry)
    request = PlaceOrderRequest(
        waiting_list_offer=secret, buyer=GuestBuyer(name="W", email="w@example.com")
    )
    return PlaceOrder(actor=None, request=request, order_id=OrderId(uuid4()))


async def test_ov_13_one_cart_in_fifty_tabs_is_one_order(fleet: Fleet) -> None:
    sale = fleet.open_a_sale({"floor": 100})
    add = fleet.containers[0].sales.add_cart_item()
    command = AddCartItemCommand(ticket_type_id=sale.types["floor"], quantity=2)
    changed = await add(CartVisitor(client=uuid4()), command)
    request = PlaceOrderRequest(
        cart_id=changed.cart_id, buyer=GuestBuyer(name="Tab", email="tab@example.com")
    )

    told = await fleet.place(
        [
            PlaceOrder(
                actor=None,
                request=request,
                order_id=OrderId(uuid4()),
                cart_token=changed.cart_token,
            )
            for _ in range(TABS)
        ]
    )

    assert codes(told) == {"placed": TABS}
    assert len({placed.id for placed in told if isinstance(placed, PlacedOrder)}) == 1
    assert fleet.counted(sale.types["floor"]) == (2, 0, 100)
    assert await fleet.broken() == {}


@pytest.mark.parametrize("quantity", ["0", "-1", "2147483648", "1e9", "1.5", '"1"', "true", "null"])
async def test_ov_15_an_odd_quantity_is_refused_and_takes_nothing(
    client: AsyncTestClient[Litestar], fleet: Fleet, quantity: str
) -> None:
    sale = fleet.open_a_sale({"floor": 10})
    buyer = await a_person(client, "buyer@example.com")
    item = f'{{"ticketTypeId": "{sale.types["floor"]}", "quantity": {quantity}}}'

    answer = await client.post(
        "/api/v1/orders",
        content=f'{{"items": [{item}]}}',
        headers={"Authorization": f"Bearer {buyer}", "Content-Type": "application/json"},
    )

    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert fleet.counted(sale.types["floor"]) == (0, 0, 10)


async def test_ov_17_a_page_is_at_most_two_seconds_behind(fleet: Fleet) -> None:
    """The page may still show what is gone; whoever orders it is told so."""
    sale = fleet.open_a_sale({"floor": 2})
    async with AsyncTestClient(create_app(fleet.containers[0])) as client:
        seen = await call(client, "GET", f"/events/{sale.event_id}")
        await fleet.place([sale.wish({"floor": 2})])

        late = await fleet.place([sale.wish() for _ in range(PROCESSES)])
        await asyncio.sleep(2)
        now = await call(client, "GET", f"/events/{sale.event_id}")

    assert [seen["status"], now["status"]] == ["on_sale", "sold_out"]
    assert codes(late) == {"sold_out": PROCESSES}


async def test_ov_18_quick_answers_are_the_exact_ones_on_postgres_too(fleet: Fleet) -> None:
    """The same schedules for two processes that answer quickly, and for two that always lock."""
    for container in fleet.containers[2:]:
        container.sales.one_trip.override(providers.Object(NoShortWay()))
    for seed in range(15 * LONG):
        dice = Random(seed)
        sizes = {"a": dice.randint(3, 6), "b": dice.randint(3, 6)}
        sales = [fleet.open_a_sale(sizes, capacity=8) for _ in range(2)]
        rounds = schedule(dice, [TicketTypeId(UUID(int=number)) for number in (1, 2)])

        quick = await _played(fleet, sales[0], rounds, 0)
        exact = await _played(fleet, sales[1], rounds, 2)

        assert quick == exact, (seed, rounds)
    assert await fleet.broken() == {}


async def _played(
    fleet: Fleet, sale: Sale, rounds: list[Round], first: int
) -> tuple[list[str], list[tuple[int, int, int | None]]]:
    """What each wish was told, and where the counters stand at last."""
    seller = an_owner(fleet, sale)
    answers: list[str] = []
    orders: list[OrderId] = []
    names = {UUID(int=1): "a", UUID(int=2): "b"}
    for round_ in rounds:
        container = fleet.containers[first + round_.process]
        if round_.cancels is not None:
            if round_.cancels < len(orders):
                cancel = container.sales.cancel_order()
                await cancel(seller, orders.pop(round_.cancels), CancelOrderCommand())
            continue
        wishes = [
            sale.wish({names[type_id]: units for type_id, units in wanted.items()})
            for wanted in round_.wishes
        ]
        outcomes = await container.sales.place_orders()(wishes)
        answers += map(told, outcomes)
        orders += [outcome.id for outcome in outcomes if isinstance(outcome, PlacedOrder)]
    counted = [fleet.counted(id_) for id_ in (sale.event_id, *sale.types.values())]
    return answers, counted
