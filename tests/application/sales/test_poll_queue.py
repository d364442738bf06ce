"""A visitor of a waiting room asks whether it is their turn."""

from datetime import timedelta
from uuid import uuid4

import pytest

from application.sales.poll_queue import QueueState
from domain.sales.errors import EventNotFound, UnknownVisitor
from domain.shared.ids import EventId
from tests.application.sales.room_scene import RoomScene
from tests.domain.catalogue.builders import EVENT, NOON


async def test_without_a_room_there_is_nothing_to_wait_for(rooms: RoomScene) -> None:
    assert (await rooms.poll(None)).state is QueueState.OPEN
    assert (await rooms.poll("anything")).state is QueueState.OPEN


async def test_whoever_waits_is_told_the_place_and_when_it_was_so(rooms: RoomScene) -> None:
    await rooms.open_now(perMinute=1)
    views = []
    for _ in range(4):
        views.append(await rooms.enter())
        rooms.clock.advance(timedelta(seconds=1))

    told = await rooms.poll(views[3].visitor)

    assert (told.state, told.position, told.ahead, told.waiting) == ("waiting", 3, 2, 3)
    assert told.estimated_seconds == 180
    assert told.as_of == NOON + timedelta(seconds=4)
    assert told.retry_after == 30
    assert told.admission_pass is None


async def test_whoever_is_in_gets_a_pass_that_admits_them_and_nobody_else(
    rooms: RoomScene,
) -> None:
    await rooms.open_now(passMinutes=10)
    name = (await rooms.enter()).visitor
    assert name is not None

    told = await rooms.poll(name)

    assert told.state is QueueState.ADMITTED
    assert told.admission_pass is not None
    assert told.pass_expires_at == NOON + timedelta(minutes=10, seconds=30)
    assert rooms.passes.admits(told.admission_pass, EVENT, name)
    assert not rooms.passes.admits(told.admission_pass, EVENT, "somebody else")


async def test_asking_again_gives_the_same_pass(rooms: RoomScene) -> None:
    await rooms.open_now()
    name = (await rooms.enter()).visitor
    first = await rooms.poll(name)
    rooms.clock.advance(timedelta(minutes=5))

    again = await rooms.poll(name)

    assert again.admission_pass == first.admission_pass


async def test_after_the_pass_expired_one_waits_again(rooms: RoomScene) -> None:
    await rooms.open_now(perMinute=1, passMinutes=1)
    name = (await rooms.enter()).visitor
    for _ in range(3):
        await rooms.enter()
    rooms.clock.advance(timedelta(seconds=89))
    for _ in range(3):
        await rooms.enter()
    rooms.clock.advance(timedelta(seconds=1))

    told = await rooms.poll(name)

    assert (told.state, told.admission_pass) == (QueueState.WAITING, None)
    assert told.position == told.waiting


async def test_a_room_that_is_switched_off_lets_everybody_order(rooms: RoomScene) -> None:
    await rooms.open_now(perMinute=1)
    names = [(await rooms.enter()).visitor for _ in range(3)]

    await rooms.set_up(isOn=False)

    assert {(await rooms.poll(name)).state for name in names} == {QueueState.OPEN}


@pytest.mark.parametrize("name", [None, "", "nobody", "A" * 99])
async def test_whoever_has_no_name_is_told_to_enter(rooms: RoomScene, name: str | None) -> None:
    await rooms.open_now()

    with pytest.raises(UnknownVisitor):
        await rooms.poll(name)


async def test_a_name_of_the_day_before_is_unknown(rooms: RoomScene) -> None:
    await rooms.open_now()
    name = (await rooms.enter()).visitor
    rooms.clock.advance(timedelta(hours=24))

    with pytest.raises(UnknownVisitor):
        await rooms.poll(name)


async def test_an_event_that_is_not_there_has_no_queue(rooms: RoomScene) -> None:
    with pytest.raises(EventNotFound):
        await rooms.poll_queue(None, EventId(uuid4()), None)
