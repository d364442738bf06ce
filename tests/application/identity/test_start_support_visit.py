from datetime import timedelta
from typing import Any

import msgspec
import pytest

from application.identity.grant_platform_admin import GrantPlatformAdmin
from application.identity.start_support_visit import NOTICE, StartSupportVisitCommand
from application.shared.scope import PUBLIC
from application.shared.transaction import SessionEnded
from domain.identity.errors import (
    InvalidVisitLength,
    NotVisited,
    PlatformAdminsOnly,
    TokenExpired,
    UserNotFound,
)
from domain.shared.errors import PersonRequired
from domain.shared.ids import UserId
from domain.shared.permissions import Role
from domain.shared.text import InvalidText
from tests.application.identity.visiting import WHY, Visiting
from tests.conftest import VirtualClock


def _notices(visiting: Visiting) -> list[Any]:
    """What is to be told of visits; accounts are written to besides."""
    return [job for job in visiting.memory.jobs if job[0] == NOTICE]


async def test_the_visitor_is_the_person_and_known_as_a_visitor(visiting: Visiting) -> None:
    admin = await visiting.administrator()
    ada = await visiting.society.joins("ada")
    rock = await visiting.society.founds(ada)

    started = await visiting.visits(admin, ada.user_id)

    actor = await visiting.eyes(started)
    assert (actor.user_id, actor.visitor_id) == (ada.user_id, admin.user_id)
    assert actor.memberships == {rock: Role.OWNER}
    assert not actor.is_platform_admin
    assert (await visiting.society.actor(ada)).visitor_id is None


async def test_where_the_person_works_and_the_person_are_told(visiting: Visiting) -> None:
    admin = await visiting.administrator()
    ada = await visiting.society.joins("ada")
    houses = [await visiting.society.founds(ada, name) for name in ("Rock", "Folk")]

    started = await visiting.visits(admin, ada.user_id)

    assert [event.organization_id for event in visiting.told()] == sorted(houses)
    assert {(event.visitor_id, event.reason) for event in visiting.told()} == {(admin.user_id, WHY)}
    assert _notices(visiting) == [(NOTICE, {"visit_id": started.visit.id})]


async def test_it_ends_when_it_was_said_to(visiting: Visiting, clock: VirtualClock) -> None:
    admin = await visiting.administrator()
    ada = await visiting.society.joins("ada")
    started = await visiting.visits(admin, ada.user_id, minutes=2)
    clock.advance(timedelta(seconds=119))
    await visiting.eyes(started)
    clock.advance(timedelta(seconds=1))

    with pytest.raises(SessionEnded):
        await visiting.eyes(started)
    clock.advance(timedelta(seconds=6))
    with pytest.raises(TokenExpired):
        await visiting.eyes(started)


async def test_it_ends_when_its_visitor_is_nobody_any_more(visiting: Visiting) -> None:
    admin = await visiting.administrator()
    ada = await visiting.society.joins("ada")
    started = await visiting.visits(admin, ada.user_id)

    await visiting.society.disable(admin.user_id)

    with pytest.raises(SessionEnded):
        await visiting.eyes(started)


async def test_it_ends_when_the_person_may_see_everything(visiting: Visiting) -> None:
    admin = await visiting.administrator()
    ada = await visiting.society.joins("ada")
    started = await visiting.visits(admin, ada.user_id)
    async with visiting.begin(PUBLIC) as tx:
        user = await tx.users.lock(ada.user_id)
        user.become_platform_admin(at=tx.now)
        await tx.users.save(user)

    with pytest.raises(SessionEnded):
        await visiting.eyes(started)


async def test_it_ends_for_good_by_a_grant_of_the_operators(visiting: Visiting) -> None:
    admin = await visiting.administrator()
    ada = await visiting.society.joins("ada")
    started = await visiting.visits(admin, ada.user_id)
    await visiting.eyes(started)

    await GrantPlatformAdmin(visiting.begin, visiting.tokens)(ada.user_id)

    with pytest.raises(SessionEnded):
        await visiting.eyes(started)
    assert await visiting.close() == 1


async def test_who_is_no_administrator_any_more_begins_none(visiting: Visiting) -> None:
    """Although this process still believes it."""
    admin, ada = await visiting.administrator(), await visiting.society.joins("ada")
    actor = await visiting.society.actor(admin)
    await visiting.society.disable(admin.user_id)

    with pytest.raises(PlatformAdminsOnly):
        await visiting.start(actor, StartSupportVisitCommand(user_id=ada.user_id, reason=WHY))


async def test_nobody_else_visits_anybody(visiting: Visiting) -> None:
    admin, ada = await visiting.administrator(), await visiting.society.joins("ada")
    bob = await visiting.society.joins("bob")
    command = StartSupportVisitCommand(user_id=ada.user_id, reason=WHY)
    key = msgspec.structs.replace(await visiting.society.actor(admin), personal=frozenset())
    visitor = await visiting.eyes(await visiting.visits(admin, bob.user_id))

    for actor, refusal in (
        (await visiting.society.actor(bob), PlatformAdminsOnly),
        (visitor, PlatformAdminsOnly),
        (key, PersonRequired),
    ):
        with pytest.raises(refusal):
            await visiting.start(actor, command)
    assert len(_notices(visiting)) == 1


async def test_what_is_wrong_opens_nothing(visiting: Visiting) -> None:
    admin, other = await visiting.administrator(), await visiting.administrator("other")
    ada, gone = await visiting.society.joins("ada"), await visiting.society.joins("gone")
    await visiting.society.disable(gone.user_id)
    actor = await visiting.society.actor(admin)
    fine = StartSupportVisitCommand(user_id=ada.user_id, reason=WHY)

    for change, refusal in (
        ({"user_id": other.user_id}, NotVisited),
        ({"user_id": admin.user_id}, NotVisited),
        ({"user_id": gone.user_id}, NotVisited),
        ({"user_id": UserId(ada.session_id)}, UserNotFound),
        ({"minutes": 16}, InvalidVisitLength),
        ({"reason": "Because."}, InvalidText),
    ):
        with pytest.raises(refusal):
            await visiting.start(actor, msgspec.structs.replace(fine, **change))
    assert visiting.told() == []
    assert len(visiting.memory.table("support_visits")) == 0
    assert _notices(visiting) == []
