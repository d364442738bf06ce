from datetime import timedelta

import pytest

from application.identity.forget_sessions import KEPT, ForgetSessions
from application.identity.ports import BeginIdentity
from application.identity.refresh_session import RefreshSession, RefreshSessionCommand
from domain.identity.errors import InvalidRefreshToken
from domain.identity.session import LIFETIME
from tests.application.identity.people import PHONE, Society
from tests.conftest import VirtualClock


async def test_what_expired_a_month_ago_is_forgotten_and_nothing_else(
    society: Society, begin: BeginIdentity, refresh_session: RefreshSession, clock: VirtualClock
) -> None:
    over = [await society.joins(name) for name in ("ada", "bob", "cyd")]
    clock.advance(LIFETIME + KEPT)
    alive = await society.joins("dot")
    forget_sessions = ForgetSessions(begin, batch=2)

    assert await forget_sessions() == 0
    clock.advance(timedelta(seconds=1))
    assert await forget_sessions() == 3

    assert (await society.actor(alive)).session_id == alive.session_id
    for signed_in in over:
        with pytest.raises(InvalidRefreshToken):
            await refresh_session(
                RefreshSessionCommand(refresh_token=signed_in.refresh_token), PHONE
            )
