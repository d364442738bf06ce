"""Orders that nobody paid in time."""

import asyncio
from datetime import timedelta

from domain.sales.order import OrderStatus
from tests.application.sales.scene import Scene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import FLOOR


async def test_an_overdue_order_gives_its_stock_back(scene: Scene, clock: VirtualClock) -> None:
    order_id = await scene.place({FLOOR: 4})
    clock.advance(timedelta(minutes=15))

    expired = await scene.expire_orders()

    assert expired == 1
    assert scene.status(order_id) is OrderStatus.EXPIRED
    assert scene.floor() == (0, 0)
    assert scene.announced() == ["OrderPlaced", "OrderExpired"]


async def test_an_order_in_time_is_left_alone(scene: Scene, clock: VirtualClock) -> None:
    await scene.place()
    clock.advance(timedelta(minutes=14, seconds=59))

    assert await scene.expire_orders() == 0
    assert scene.floor() == (1, 0)


async def test_four_sweepers_at_once_release_each_order_once(
    scene: Scene, clock: VirtualClock
) -> None:
    for _ in range(5):
        await scene.place({FLOOR: 2})
    clock.advance(timedelta(hours=1))

    swept = await asyncio.gather(*(scene.expire_orders() for _ in range(4)))

    assert sum(swept) == 5
    assert scene.floor() == (0, 0)
