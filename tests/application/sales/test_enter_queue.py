"""A visitor enters the waiting room of an event and gets a name."""

from datetime import timedelta

import pytest

from application.sales.poll_queue import QueueState
from domain.catalogue.event import Visibility
from domain.sales.errors import EventNotFound
from tests.application.sales.room_scene import OWNER, SALES_START, STRANGER, RoomScene
from tests.domain.catalogue.builders import NOON


async def test_without_a_room_there_is_nothing_to_wait_for(rooms: RoomScene) -> None:
    view = await rooms.enter()

    assert (view.state, view.visitor, view.admission_pass) == (QueueState.OPEN, None, None)


async def test_before_the_opening_one_is_told_when_it_is_and_how_many_are_here(
    rooms: RoomScene,
) -> None:
    await rooms.set_up()
    await rooms.enter()

    view = await rooms.enter()

    assert (view.state, view.opens_at, view.waiting) == (QueueState.WAITING, SALES_START, 2)
    assert (view.position, view.ahead, view.estimated_seconds) == (None, None, None)
    assert view.as_of == NOON
    assert view.retry_after == 30


async def test_each_arrival_has_another_name(rooms: RoomScene) -> None:
    await rooms.set_up()

    names = {(await rooms.enter()).visitor for _ in range(20)}

    assert len(names) == 20
    assert None not in names


async def test_whoever_has_a_name_keeps_it_and_the_place(rooms: RoomScene) -> None:
    await rooms.open_now(perMinute=1)
    views = [await rooms.enter() for _ in range(5)]

    again = await rooms.enter(views[3].visitor)

    assert (again.visitor, again.waiting) == (views[3].visitor, 4)


async def test_an_account_stands_once_however_often_it_enters(rooms: RoomScene) -> None:
    await rooms.open_now(perMinute=1)
    await rooms.enter()
    first = await rooms.enter(actor=STRANGER)
    rooms.clock.advance(timedelta(seconds=1))
    await rooms.enter()
    rooms.clock.advance(timedelta(seconds=1))

    again = await rooms.enter(actor=STRANGER)

    assert (again.visitor, again.position, again.waiting) == (first.visitor, 1, 2)


@pytest.mark.parametrize("name", ["", "nobody", "é" * 99, "A" * 99])
async def test_whoever_brings_no_name_of_ours_gets_one(rooms: RoomScene, name: str) -> None:
    await rooms.set_up()

    view = await rooms.enter(name)

    assert view.visitor not in {None, name}


async def test_a_name_of_the_day_before_counts_no_more(rooms: RoomScene) -> None:
    await rooms.open_now()
    old = await rooms.enter()
    rooms.clock.advance(timedelta(hours=24))

    view = await rooms.enter(old.visitor)

    assert view.visitor != old.visitor


async def test_a_private_event_has_no_queue_for_strangers(rooms: RoomScene) -> None:
    rooms.plan(visibility=Visibility.PRIVATE)
    await rooms.set_up()

    for stranger in (None, STRANGER):
        with pytest.raises(EventNotFound):
            await rooms.enter(actor=stranger)
    assert (await rooms.enter(actor=OWNER)).state is QueueState.WAITING
