"""Buyers place orders."""

from collections.abc import Collection
from datetime import timedelta

import pytest

from application.sales.expire_orders import ExpireOrders
from application.shared.transaction import Contention, SessionEnded
from domain.sales.errors import NotOnSale, OfferChanged, SoldOut
from domain.sales.order import OrderStatus
from domain.shared.errors import DomainError
from domain.shared.ids import EventId
from tests.application.sales.scene import Scene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import FLOOR, VIP


async def test_placing_an_order_holds_the_stock_and_announces_it(scene: Scene) -> None:
    order_id = await scene.place({FLOOR: 2})

    assert scene.status(order_id) is OrderStatus.PENDING
    assert scene.floor() == (2, 0)
    assert scene.announced() == ["OrderPlaced"]


async def test_a_refusal_leaves_no_trace(scene: Scene) -> None:
    with pytest.raises(SoldOut):
        await scene.place({VIP: 2, FLOOR: 99})

    assert scene.floor() == (0, 0)
    assert scene.announced() == []


async def test_each_command_of_a_batch_has_its_own_outcome(scene: Scene) -> None:
    wishes = [scene.wish({FLOOR: 8}), scene.wish({FLOOR: 8}), scene.wish({FLOOR: 2})]

    outcomes = await scene.place_orders(wishes)

    assert [isinstance(outcome, DomainError) for outcome in outcomes] == [False, True, False]
    assert scene.floor() == (10, 0)


async def test_an_edited_offer_is_quoted_anew(scene: Scene) -> None:
    scene.quotes.revision = 4
    counter = scene.memory.table("allotment_counters")
    for row in counter.rows():
        row.revision = 4
        counter.put(row.allotment_id, row)

    order_id = await scene.place()

    assert scene.status(order_id) is OrderStatus.PENDING
    assert len(scene.quotes.forgotten) == 1


async def test_an_offer_that_never_holds_still_is_refused(scene: Scene) -> None:
    scene.quotes.revision = 99

    scene.quotes.edition = 98

    with pytest.raises(OfferChanged):
        await scene.place()


async def test_a_quote_that_is_refused_refuses_only_its_own_command(scene: Scene) -> None:
    scene.quotes.refusal = NotOnSale()

    outcomes = await scene.place_orders([scene.wish()])

    assert isinstance(outcomes[0], NotOnSale)


async def test_overdue_orders_make_room_for_a_buyer_who_would_be_refused(
    scene: Scene, clock: VirtualClock
) -> None:
    overdue = await scene.place({FLOOR: 10})
    clock.advance(timedelta(minutes=15))

    order_id = await scene.place({FLOOR: 10})

    assert scene.status(overdue) is OrderStatus.EXPIRED
    assert scene.status(order_id) is OrderStatus.PENDING
    assert scene.floor() == (10, 0)


async def test_what_costs_nothing_is_paid_at_once(scene: Scene) -> None:
    scene.quotes.price = 0

    order_id = await scene.place({FLOOR: 3})

    assert scene.status(order_id) is OrderStatus.PAID
    assert scene.floor() == (0, 3)
    assert len(list(scene.memory.table("tickets").rows())) == 3
    assert scene.announced() == ["OrderPlaced", "OrderPaid"]


async def test_an_ended_session_buys_nothing(scene: Scene) -> None:
    scene.memory.table("sessions").remove(scene.buyer.session_id)

    with pytest.raises(SessionEnded):
        await scene.place()

    assert scene.floor() == (0, 0)


class ContendedExpiry(ExpireOrders):
    async def of_events(self, event_ids: Collection[EventId]) -> set[EventId]:
        raise Contention


async def test_trouble_with_one_order_does_not_place_the_others_again(scene: Scene) -> None:
    expire = ContendedExpiry(scene.begin, scene.places)
    place_orders = scene.office(expire)

    outcomes = await place_orders([scene.wish({FLOOR: 4}), scene.wish({FLOOR: 7})])

    assert isinstance(outcomes[1], SoldOut)
    assert scene.floor() == (4, 0)
    assert len(list(scene.memory.table("orders").rows())) == 1
