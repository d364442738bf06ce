"""Nobody waits for an event that will not take place."""

from dataclasses import replace

from application.sales.on_waiting_event_cancelled import OnWaitingEventCancelled
from domain.catalogue.events import EventCancelled
from domain.catalogue.phase import Intent
from domain.sales.waiting_list import WaitingStatus
from tests.application.sales.waiting_scene import WaitingScene
from tests.domain.sales.builders import EVENT, NOON, ORG

CANCELLED = EventCancelled(organization_id=ORG, aggregate_id=EVENT, at=NOON, reason="rain")


async def test_waiting_and_offered_places_are_closed(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    offered, still_waiting = await waiting.wait("grace"), await waiting.wait("alan")
    await waiting.come_back(1)
    await waiting.serve()
    waiting.memory.table("events").put(EVENT, replace(waiting.event, intent=Intent.CANCELLED))
    subscriber = OnWaitingEventCancelled(waiting.close_lists)

    for _ in range(2):
        await subscriber(1, CANCELLED)

    assert waiting.line(offered, still_waiting) == [WaitingStatus.CLOSED] * 2


async def test_nothing_is_offered_in_between(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()
    await waiting.come_back(1)
    waiting.memory.table("events").put(EVENT, replace(waiting.event, intent=Intent.CANCELLED))

    assert await waiting.serve() == 0
    assert waiting.line(entry_id) == [WaitingStatus.WAITING]
