"""What the waiting room's story relies on, whichever store keeps what organisers decided."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from application.sales.waiting_room_access import BeginWaitingRooms
from application.shared.scope import organizations
from domain.sales.waiting_room import WaitingRoom
from domain.shared.errors import StaleVersion
from domain.shared.ids import OrganizationId
from tests.domain.sales.builders import EVENT, NOON, ORG

SCOPE = organizations([ORG])


def a_room(**facts: object) -> WaitingRoom:
    room: dict[str, object] = {
        "organization_id": ORG,
        "event_id": EVENT,
        "is_on": False,
        "opens_at": None,
        "per_minute": 600,
        "pass_minutes": 10,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return WaitingRoom(**(room | facts))  # type: ignore[arg-type]  # Facts are named as they are.


@dataclass
class Office:
    """A world with one event."""

    begin: BeginWaitingRooms
    revision: Callable[[], Awaitable[int]]
    """Of the event's offer."""

    async def store(self, room: WaitingRoom) -> WaitingRoom:
        async with self.begin(SCOPE) as tx:
            await tx.waiting_rooms.save(room)
        return room

    async def stored(self) -> WaitingRoom | None:
        async with self.begin(SCOPE) as tx:
            return await tx.waiting_rooms.get(EVENT)


class WaitingRoomsContract:
    """Promises of a waiting room's transaction. Subclasses give the fixture `office`."""

    async def test_an_event_has_none_until_it_is_made(self, office: Office) -> None:
        assert await office.stored() is None

    async def test_a_room_comes_back_equal(self, office: Office) -> None:
        opens_at = NOON + timedelta(hours=1)
        room = await office.store(a_room(is_on=True, opens_at=opens_at))

        assert await office.stored() == room
        assert room.version == 1

    async def test_a_changed_room_comes_back_equal(self, office: Office) -> None:
        room = await office.store(a_room())
        room.change(is_on=True, opens_at=NOON, per_minute=5, pass_minutes=6, at=NOON)

        await office.store(room)

        assert await office.stored() == room
        assert room.version == 2

    async def test_an_old_version_is_not_saved(self, office: Office) -> None:
        await office.store(a_room())
        mine, theirs = await office.stored(), await office.stored()
        assert mine is not None
        assert theirs is not None
        await office.store(theirs)

        with pytest.raises(StaleVersion):
            await office.store(mine)

    async def test_of_two_who_make_it_at_once_one_has_to_look_again(self, office: Office) -> None:
        made = await asyncio.gather(
            *(office.store(a_room()) for _ in range(2)), return_exceptions=True
        )

        assert sorted(type(one).__name__ for one in made) == ["StaleVersion", "WaitingRoom"]

    async def test_another_organisation_finds_nothing(self, office: Office) -> None:
        await office.store(a_room())
        strangers = organizations([OrganizationId(EVENT)])

        async with office.begin(strangers) as tx:
            assert await tx.waiting_rooms.get(EVENT) is None

    async def test_touching_the_offer_makes_another_edition_of_it(self, office: Office) -> None:
        before = await office.revision()

        async with office.begin(SCOPE) as tx:
            await tx.stock.touch_offer(EVENT)

        assert await office.revision() == before + 1

    async def test_a_refusal_leaves_no_trace(self, office: Office) -> None:
        with pytest.raises(StaleVersion):
            async with office.begin(SCOPE) as tx:
                await tx.waiting_rooms.save(a_room())
                await tx.stock.touch_offer(EVENT)
                raise StaleVersion

        assert (await office.stored(), await office.revision()) == (None, 0)
