"""An organisation switches an event's waiting room on or off, or changes its pace."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.sales.update_waiting_room import UpdateWaitingRoomCommand
from domain.sales.errors import (
    EventNotFound,
    InvalidAdmissionRate,
    InvalidOpening,
    InvalidPassTime,
)
from domain.shared.errors import Forbidden, Invalid
from domain.shared.ids import EventId
from domain.shared.period import Period
from tests.application.sales.room_scene import ANALYST, OWNER, SALES_START, STRANGER, RoomScene
from tests.domain.catalogue.builders import EVENT, NOON


async def test_by_default_it_opens_with_the_sale_and_goes_at_the_usual_pace(
    rooms: RoomScene,
) -> None:
    await rooms.set_up()

    view = await rooms.show_waiting_room(OWNER, EVENT)
    assert (view.is_on, view.opens_at) == (True, SALES_START)
    assert (view.per_minute, view.pass_minutes) == (600, 10)


async def test_the_organiser_may_decide_all_of_it(rooms: RoomScene) -> None:
    await rooms.set_up(opensAt=NOON + timedelta(minutes=5), perMinute=7, passMinutes=3)

    view = await rooms.show_waiting_room(OWNER, EVENT)
    assert (view.opens_at, view.per_minute, view.pass_minutes) == (
        NOON + timedelta(minutes=5),
        7,
        3,
    )


async def test_the_opening_follows_the_sale_when_that_is_moved(rooms: RoomScene) -> None:
    await rooms.set_up()
    rooms.plan(sales=Period(SALES_START + timedelta(days=1), None))

    view = await rooms.show_waiting_room(OWNER, EVENT)
    assert view.opens_at == SALES_START + timedelta(days=1)


async def test_without_a_start_of_the_sale_it_is_open_since_it_was_made(rooms: RoomScene) -> None:
    rooms.plan(sales=Period())
    await rooms.set_up()
    rooms.clock.advance(timedelta(hours=1))
    await rooms.set_up(perMinute=5)

    view = await rooms.show_waiting_room(OWNER, EVENT)
    assert view.opens_at == NOON


async def test_switching_refuses_quotes_made_before_and_a_new_pace_does_not(
    rooms: RoomScene,
) -> None:
    revisions = []
    for said in ({"isOn": False}, {"isOn": True}, {"perMinute": 5}, {"isOn": False}):
        await rooms.set_up(**said)
        revisions.append(rooms.revision())

    assert revisions == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"perMinute": 0}, InvalidAdmissionRate),
        ({"perMinute": 10**12}, InvalidAdmissionRate),
        ({"passMinutes": 0}, InvalidPassTime),
        ({"opensAt": "0001-01-01T00:00:00Z"}, InvalidOpening),
        ({"opensAt": "9999-12-31T23:59:59-12:00"}, InvalidOpening),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    rooms: RoomScene, said: dict[str, Any], refusal: type[Invalid]
) -> None:
    await rooms.set_up(perMinute=42)

    with pytest.raises(refusal):
        await rooms.set_up(**({"isOn": False} | said))

    view = await rooms.show_waiting_room(OWNER, EVENT)
    assert (view.is_on, view.per_minute, rooms.revision()) == (True, 42, 1)


async def test_others_may_not(rooms: RoomScene) -> None:
    with pytest.raises(Forbidden):
        await rooms.set_up(ANALYST)
    with pytest.raises(EventNotFound):
        await rooms.set_up(STRANGER)
    with pytest.raises(EventNotFound):
        command = UpdateWaitingRoomCommand(is_on=True)
        await rooms.update_waiting_room(OWNER, EventId(uuid4()), command)
