"""Offers that nobody took up go to the next in line, each once."""

import asyncio

from domain.sales.waiting_list import WaitingStatus
from tests.application.sales.waiting_scene import HOUR, WaitingScene
from tests.conftest import VirtualClock

LAPSED, OFFERED, WAITING = WaitingStatus.LAPSED, WaitingStatus.OFFERED, WaitingStatus.WAITING


async def test_a_lapsed_offer_goes_to_the_next(waiting: WaitingScene, clock: VirtualClock) -> None:
    await waiting.sell_out()
    first, second = await waiting.wait("grace"), await waiting.wait("alan")
    await waiting.come_back(1)
    await waiting.serve()
    clock.advance(HOUR)

    assert await waiting.expire_offers() == 1
    await waiting.serve()

    assert waiting.line(first, second) == [LAPSED, OFFERED]
    assert waiting.announced().count("PlaceLapsed") == 1


async def test_an_offer_that_stands_is_left_alone(
    waiting: WaitingScene, clock: VirtualClock
) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()
    await waiting.come_back(1)
    await waiting.serve()
    clock.advance(HOUR * 0.99)

    assert await waiting.expire_offers() == 0
    assert waiting.line(entry_id) == [OFFERED]


async def test_four_workers_end_each_offer_once(waiting: WaitingScene, clock: VirtualClock) -> None:
    await waiting.sell_out()
    for number in range(6):
        await waiting.wait(f"person{number}")
    await waiting.come_back(4)
    await waiting.serve()
    clock.advance(HOUR)

    ended = await asyncio.gather(*(waiting.expire_offers() for _ in range(4)))

    assert sum(ended) == 4
    assert waiting.announced().count("PlaceLapsed") == 4
