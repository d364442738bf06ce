"""Orders are given up."""

from datetime import timedelta
from uuid import uuid4

import pytest

from application.sales.cancel_order import CancelOrder, CancelOrderCommand
from domain.sales.errors import (
    CancellationNotAllowed,
    OrderNotFound,
    OrderStatusConflict,
)
from domain.sales.order import OrderStatus
from domain.sales.ticket import TicketStatus
from domain.shared.errors import Forbidden
from domain.shared.ids import UserId
from domain.shared.permissions import Role
from tests.application.sales.scene import Scene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import FLOOR, ORG

NO_REASON = CancelOrderCommand()


@pytest.fixture
def cancel_order(scene: Scene) -> CancelOrder:
    return CancelOrder(scene.begin, scene.places, scene.ids)


async def test_a_buyer_cancels_an_unpaid_order(scene: Scene, cancel_order: CancelOrder) -> None:
    order_id = await scene.place({FLOOR: 2})

    await cancel_order(scene.buyer, order_id, CancelOrderCommand(reason="changed plans"))

    assert scene.status(order_id) is OrderStatus.CANCELLED
    assert scene.order(order_id).close_reason == "changed plans"
    assert scene.floor() == (0, 0)
    assert scene.announced() == ["OrderPlaced", "OrderCancelled"]


async def test_cancelling_twice_frees_once(scene: Scene, cancel_order: CancelOrder) -> None:
    order_id = await scene.place({FLOOR: 2})
    await cancel_order(scene.buyer, order_id, NO_REASON)

    with pytest.raises(OrderStatusConflict):
        await cancel_order(scene.buyer, order_id, NO_REASON)

    assert scene.floor() == (0, 0)


async def test_a_buyer_does_not_cancel_a_paid_order(
    scene: Scene, cancel_order: CancelOrder
) -> None:
    scene.quotes.price = 0
    order_id = await scene.place({FLOOR: 2})

    with pytest.raises(CancellationNotAllowed):
        await cancel_order(scene.buyer, order_id, NO_REASON)

    assert scene.floor() == (0, 2)


async def test_the_organiser_cancels_a_paid_order_and_its_tickets(
    scene: Scene, cancel_order: CancelOrder
) -> None:
    scene.quotes.price = 0
    order_id = await scene.place({FLOOR: 2})

    await cancel_order(scene.seller, order_id, NO_REASON)

    assert scene.floor() == (0, 0)
    tickets = list(scene.memory.table("tickets").rows())
    assert {ticket.status for ticket in tickets} == {TicketStatus.CANCELLED}


async def test_an_overdue_order_is_not_cancelled_but_expired(
    scene: Scene, cancel_order: CancelOrder, clock: VirtualClock
) -> None:
    order_id = await scene.place()
    clock.advance(timedelta(minutes=15))

    with pytest.raises(OrderStatusConflict):
        await cancel_order(scene.buyer, order_id, NO_REASON)


async def test_strangers_find_no_order_and_analysts_may_not(
    scene: Scene, cancel_order: CancelOrder
) -> None:
    order_id = await scene.place()
    stranger = scene.signed_in(UserId(uuid4()))
    analyst = scene.signed_in(UserId(uuid4()), {ORG: Role.ANALYST})

    with pytest.raises(OrderNotFound):
        await cancel_order(stranger, order_id, NO_REASON)
    with pytest.raises(Forbidden):
        await cancel_order(analyst, order_id, NO_REASON)

    assert scene.status(order_id) is OrderStatus.PENDING
