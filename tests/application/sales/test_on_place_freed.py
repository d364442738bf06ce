"""Whatever frees places, those who wait are served without anybody asking."""

from adapters.memory.deliver import drain
from application.sales.cancel_order import CancelOrder, CancelOrderCommand
from application.sales.on_place_freed import OnPlaceFreed
from application.shared.scope import organizations
from domain.catalogue.events import EventPublished
from domain.sales.waiting_list import WaitingStatus
from tests.application.sales.waiting_scene import HOUR, WaitingScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import EVENT, ORG

NAME = "waiting_lists.on_place_freed"
OFFERED, WAITING = WaitingStatus.OFFERED, WaitingStatus.WAITING


async def delivered(waiting: WaitingScene) -> None:
    subscriber = OnPlaceFreed(waiting.line_places, waiting.serve)
    await drain(waiting.memory, {NAME: subscriber})


async def test_a_cancelled_order_serves_the_line(waiting: WaitingScene) -> None:
    order_id = await waiting.sell_out()
    entry_id = await waiting.wait()
    cancel = CancelOrder(waiting.begin, waiting.places, waiting.ids)

    await cancel(waiting.buyer, order_id, CancelOrderCommand())
    await delivered(waiting)

    assert waiting.line(entry_id) == [OFFERED]


async def test_an_expired_order_serves_the_line(waiting: WaitingScene, clock: VirtualClock) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()
    clock.advance(HOUR / 2)

    await waiting.expire_orders()
    await delivered(waiting)

    assert waiting.line(entry_id) == [OFFERED]


async def test_a_lapsed_or_given_up_offer_serves_the_next(
    waiting: WaitingScene, clock: VirtualClock
) -> None:
    await waiting.sell_out()
    first, second, third = [await waiting.wait(name) for name in ("grace", "alan", "ada")]
    await waiting.come_back(1)
    await waiting.serve()

    await waiting.leave(waiting.guest(first), first)
    await delivered(waiting)
    assert waiting.line(second, third) == [OFFERED, WAITING]

    clock.advance(HOUR)
    await waiting.expire_offers()
    await delivered(waiting)
    assert waiting.line(third) == [OFFERED]


async def test_an_event_that_is_on_sale_again_serves_its_line(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()
    await waiting.come_back(1)
    async with waiting.begin(organizations([ORG])) as tx:
        tx.announce_events([EventPublished(organization_id=ORG, aggregate_id=EVENT, at=tx.now)])

    await delivered(waiting)

    assert waiting.line(entry_id) == [OFFERED]


async def test_a_repeated_delivery_offers_nothing_more(waiting: WaitingScene) -> None:
    order_id = await waiting.sell_out()
    for number in range(3):
        await waiting.wait(f"person{number}", 4)
    await CancelOrder(waiting.begin, waiting.places, waiting.ids)(
        waiting.buyer, order_id, CancelOrderCommand()
    )
    subscriber = OnPlaceFreed(waiting.line_places, waiting.serve)

    for _ in range(3):
        for number, event in waiting.memory.events:
            if type(event).__name__ == "OrderCancelled":
                await subscriber(number, event)

    assert waiting.announced().count("PlaceOffered") == 2
