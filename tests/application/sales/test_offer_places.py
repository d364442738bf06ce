"""The organiser has offered, now, what is free."""

import pytest

from domain.sales.errors import EventNotFound
from domain.sales.waiting_list import WaitingStatus
from domain.shared.errors import Forbidden
from domain.shared.ids import EventId, UserId
from domain.shared.permissions import Role
from tests.application.sales.waiting_scene import WaitingScene
from tests.domain.sales.builders import EVENT, FLOOR, ORG


async def test_the_organiser_need_not_wait_for_the_job(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()
    await waiting.come_back(1)

    assert await waiting.offer_places(waiting.seller, EVENT) == 1

    assert waiting.line(entry_id) == [WaitingStatus.OFFERED]


async def test_only_the_organiser_may(waiting: WaitingScene) -> None:
    analyst = waiting.signed_in(UserId(ORG), {ORG: Role.ANALYST})

    with pytest.raises(Forbidden):
        await waiting.offer_places(analyst, EVENT)
    with pytest.raises(EventNotFound):
        await waiting.offer_places(waiting.buyer, EVENT)
    with pytest.raises(EventNotFound):
        await waiting.offer_places(waiting.seller, EventId(FLOOR))
