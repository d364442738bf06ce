"""What came back is offered strictly in order."""

import pytest

from application.sales import serve_waiting_lists
from application.sales.cancel_order import CancelOrder, CancelOrderCommand
from domain.sales.errors import NotOnSale, SoldOut
from domain.sales.waiting_list import WaitingStatus
from domain.shared.ids import AllotmentId
from tests.application.sales.waiting_scene import HOUR, WaitingScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import EVENT, FLOOR, NOON

WAITING, OFFERED = WaitingStatus.WAITING, WaitingStatus.OFFERED


async def test_a_cancelled_order_goes_to_the_line_and_not_to_walk_ups(
    waiting: WaitingScene,
) -> None:
    order_id = await waiting.sell_out()
    first, second = await waiting.wait("grace", 6), await waiting.wait("alan", 5)
    cancel = CancelOrder(waiting.begin, waiting.places, waiting.ids)
    await cancel(waiting.buyer, order_id, CancelOrderCommand())

    with pytest.raises(SoldOut):
        await waiting.place({FLOOR: 1})
    assert await waiting.serve() == 1

    assert waiting.line(first, second) == [OFFERED, WAITING]
    assert waiting.entry(first).offer_expires_at == NOON + HOUR
    assert waiting.counter(FLOOR).blocked == 6
    assert waiting.announced()[-1] == "PlaceOffered"


async def test_expired_orders_go_to_the_line_even_if_a_walk_up_finds_them(
    waiting: WaitingScene, clock: VirtualClock
) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait("grace", 10)
    clock.advance(HOUR / 2)

    with pytest.raises(SoldOut):
        await waiting.place({FLOOR: 1})
    await waiting.serve()

    assert waiting.line(entry_id) == [OFFERED]


async def test_what_nobody_waits_for_is_for_walk_ups(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    await waiting.wait()
    await waiting.come_back(2)

    await waiting.serve()

    order_id = await waiting.place({FLOOR: 1})
    assert waiting.order(order_id).lines[0].quantity == 1


async def test_a_repeat_offers_nothing_more(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    await waiting.wait("grace")
    await waiting.wait("alan")
    await waiting.come_back(1)

    assert [await waiting.serve() for _ in range(3)] == [1, 0, 0]


async def test_nothing_is_offered_while_it_is_not_on_sale(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()
    await waiting.come_back(1)
    waiting.quotes.refusal = NotOnSale()

    assert await waiting.serve() == 0
    waiting.quotes.refusal = None
    assert await waiting.serve() == 1
    assert waiting.line(entry_id) == [OFFERED]


async def test_an_edited_offer_is_quoted_anew(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    await waiting.wait()
    await waiting.come_back(1)
    counter = waiting.counter(EVENT)
    counter.revision = waiting.quotes.revision = 1
    waiting.memory.table("allotment_counters").put(AllotmentId(EVENT), counter)

    assert await waiting.serve() == 1
    assert waiting.quotes.forgotten == [EVENT]


async def test_an_offer_that_never_stands_still_waits_for_the_next_round(
    waiting: WaitingScene,
) -> None:
    await waiting.sell_out()
    await waiting.wait()
    await waiting.come_back(1)
    waiting.quotes.edition = waiting.quotes.revision = 7

    assert await waiting.serve() == 0
    assert len(waiting.quotes.forgotten) == serve_waiting_lists.LOOKS_MAX - 1


async def test_a_long_line_is_served_in_several_transactions_and_in_order(
    waiting: WaitingScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve_waiting_lists, "HEADS_MAX", 2)
    await waiting.sell_out()
    ones = [await waiting.wait(f"one{n}") for n in range(5)]
    two = await waiting.wait("two", 2)
    last = await waiting.wait("last")
    await waiting.come_back(7)

    assert await waiting.serve() == 6

    assert waiting.line(*ones, two) == [OFFERED] * 6
    assert waiting.line(last) == [WAITING]
