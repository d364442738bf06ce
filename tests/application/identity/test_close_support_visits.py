from datetime import timedelta

import pytest

from application.identity.account_ports import BeginAccounts
from application.identity.revoke_session import RevokeSession
from application.shared.transaction import SessionEnded
from domain.identity.events import SupportVisitEnded
from tests.application.identity.visiting import Visiting
from tests.conftest import VirtualClock


async def test_a_visit_whose_time_is_up_ended_then(visiting: Visiting, clock: VirtualClock) -> None:
    admin, ada = await visiting.administrator(), await visiting.society.joins("ada")
    rock = await visiting.society.founds(ada)
    started = await visiting.visits(admin, ada.user_id, minutes=5)
    clock.advance(timedelta(minutes=5) - timedelta(microseconds=1))
    assert await visiting.close() == 0
    clock.advance(timedelta(hours=1))

    assert [await visiting.close() for _ in range(2)] == [1, 0]

    [_, ended] = visiting.told()
    assert isinstance(ended, SupportVisitEnded)
    assert (ended.organization_id, ended.at) == (rock, started.visit.ends_at)


async def test_the_visited_person_may_end_it(
    visiting: Visiting, begin: BeginAccounts, clock: VirtualClock
) -> None:
    admin, ada = await visiting.administrator(), await visiting.society.joins("ada")
    await visiting.society.founds(ada)
    started = await visiting.visits(admin, ada.user_id)
    clock.advance(timedelta(minutes=2))
    revoke = RevokeSession(begin, visiting.tokens)

    await revoke(await visiting.society.actor(ada), started.visit.id)

    with pytest.raises(SessionEnded):
        await visiting.eyes(started)
    at = clock()
    clock.advance(timedelta(seconds=15))
    assert await visiting.close() == 1
    assert visiting.told()[-1].at == at
