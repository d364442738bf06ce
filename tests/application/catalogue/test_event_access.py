"""Only members reach an event to change it, and strangers cannot tell that it is there."""

import pytest

from domain.catalogue.errors import EventNotFound
from domain.shared.errors import Forbidden
from domain.shared.ids import EventId
from domain.shared.permissions import Permission, Role
from tests.application.catalogue.conftest import ANALYST, OWNER, STRANGER, House, an_actor
from tests.domain.catalogue.builders import EVENT, ORG


async def test_members_with_the_permission_may(house: House) -> None:
    event_id = await house.plan()

    assert await house.access(OWNER, Permission.EVENTS_EDIT, event_id) == ORG


async def test_other_members_may_not(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(Forbidden):
        await house.access(ANALYST, Permission.EVENTS_EDIT, event_id)


async def test_strangers_get_the_answer_of_an_event_that_is_not_there(house: House) -> None:
    event_id = await house.plan()

    for unseen in (event_id, EventId(EVENT)):
        with pytest.raises(EventNotFound) as refused:
            await house.access(STRANGER, Permission.EVENTS_EDIT, unseen)
        assert refused.value.facts == {}


async def test_a_platform_administrator_may(house: House) -> None:
    event_id = await house.plan()
    administrator = an_actor(None, is_platform_admin=True)

    assert await house.access(administrator, Permission.EVENTS_PUBLISH, event_id) == ORG


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.SCANNER])
async def test_looking_is_not_publishing(house: House, role: Role) -> None:
    event_id = await house.plan()

    with pytest.raises(Forbidden):
        await house.access(an_actor(role), Permission.EVENTS_PUBLISH, event_id)
