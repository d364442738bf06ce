"""When there is nothing to wait for any more, lists are closed and everything is given back."""

from dataclasses import replace

from domain.sales.waiting_list import WaitingStatus
from tests.application.sales.waiting_scene import HOUR, WaitingScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import EVENT, FLOOR

CLOSED = WaitingStatus.CLOSED


async def test_a_sale_that_is_over_closes_its_list(
    waiting: WaitingScene, clock: VirtualClock
) -> None:
    await waiting.sell_out()
    first, second = await waiting.wait("grace"), await waiting.wait("alan")
    clock.advance(47 * HOUR)

    assert await waiting.close_lists() == 2

    assert waiting.line(first, second) == [CLOSED, CLOSED]
    assert waiting.counter(FLOOR).waiting == 0


async def test_offers_are_closed_with_it(waiting: WaitingScene, clock: VirtualClock) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()
    await waiting.come_back(1)
    await waiting.serve()
    ended_early = replace(waiting.event, sales=replace(waiting.event.sales, ends=clock()))
    waiting.memory.table("events").put(EVENT, ended_early)

    await waiting.close_lists()

    assert waiting.line(entry_id) == [CLOSED]
    assert waiting.counter(FLOOR).blocked == 0


async def test_a_list_with_something_to_wait_for_stays(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    await waiting.wait()

    assert await waiting.close_lists() == 0
