from datetime import timedelta

import pytest

from application.shared.transaction import SessionEnded
from domain.identity.errors import PlatformAdminsOnly, VisitNotFound
from domain.identity.events import SupportVisitEnded
from domain.shared.ids import SessionId
from tests.application.identity.visiting import Visiting
from tests.conftest import VirtualClock


async def test_any_administrator_ends_it_early_and_once(
    visiting: Visiting, clock: VirtualClock
) -> None:
    admin, other = await visiting.administrator(), await visiting.administrator("other")
    ada = await visiting.society.joins("ada")
    rock = await visiting.society.founds(ada)
    started = await visiting.visits(admin, ada.user_id)
    await visiting.eyes(started)
    clock.advance(timedelta(minutes=3))

    for _ in range(2):
        await visiting.end(await visiting.society.actor(other), started.visit.id)

    with pytest.raises(SessionEnded):
        await visiting.eyes(started)
    [_, ended] = visiting.told()
    assert isinstance(ended, SupportVisitEnded)
    assert (ended.organization_id, ended.at) == (rock, clock())
    assert await visiting.close() == 0
    assert (await visiting.society.actor(ada)).user_id == ada.user_id


async def test_an_ordinary_session_is_no_visit(visiting: Visiting) -> None:
    admin, ada = await visiting.administrator(), await visiting.society.joins("ada")

    for id_ in (ada.session_id, SessionId(ada.user_id)):
        with pytest.raises(VisitNotFound):
            await visiting.end(await visiting.society.actor(admin), id_)

    assert (await visiting.society.actor(ada)).user_id == ada.user_id


async def test_neither_the_visitors_eyes_nor_anybody_else_end_it_here(visiting: Visiting) -> None:
    admin, ada = await visiting.administrator(), await visiting.society.joins("ada")
    started = await visiting.visits(admin, ada.user_id)

    for actor in (await visiting.eyes(started), await visiting.society.actor(ada)):
        with pytest.raises(PlatformAdminsOnly):
            await visiting.end(actor, started.visit.id)

    await visiting.eyes(started)
