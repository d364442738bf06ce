"""An organisation looks at an event's waiting room."""

import pytest

from domain.sales.errors import EventNotFound
from tests.application.sales.room_scene import ANALYST, SALES_START, STRANGER, RoomScene
from tests.domain.catalogue.builders import EVENT


async def test_a_room_that_was_never_set_up_is_off(rooms: RoomScene) -> None:
    view = await rooms.show_waiting_room(ANALYST, EVENT)

    assert (view.is_on, view.opens_at, view.per_minute) == (False, SALES_START, 600)
    assert (view.waiting, view.admitted, view.admitted_per_minute) == (0, 0, None)


async def test_members_see_who_waits_and_who_went_in(rooms: RoomScene) -> None:
    await rooms.open_now(perMinute=1)
    for _ in range(5):
        await rooms.enter()

    view = await rooms.show_waiting_room(ANALYST, EVENT)

    assert (view.waiting, view.admitted, view.admitted_per_minute) == (4, 1, 1.0)
    assert not view.is_partial


async def test_strangers_see_nothing(rooms: RoomScene) -> None:
    with pytest.raises(EventNotFound):
        await rooms.show_waiting_room(STRANGER, EVENT)
