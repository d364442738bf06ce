"""A session begins where somebody was recognised."""

from datetime import timedelta

import pytest

from application.identity.open_session import OpenSession
from application.identity.ports import Client
from domain.identity.errors import AccountDisabled
from domain.identity.session import refresh_hash_of
from tests.application.identity.people import Society
from tests.conftest import VirtualClock


async def test_it_knows_where_it_began(
    open_session: OpenSession, society: Society, clock: VirtualClock
) -> None:
    user = await society.user((await society.joins("ada")).user_id)
    clock.advance(timedelta(days=1))

    session, told = open_session(user, Client(ip="192.0.2.7", user_agent="Door/1.0"), at=clock())

    assert (session.id, session.user_id) == (told.session_id, user.id)
    assert (session.ip, session.user_agent) == ("192.0.2.7", "Door/1.0")
    assert session.refresh_hash == refresh_hash_of(told.refresh_token)
    assert user.last_login_at == session.created_at == clock()


async def test_a_disabled_account_begins_none(
    open_session: OpenSession, society: Society, clock: VirtualClock
) -> None:
    user = await society.user((await society.joins("ada")).user_id)
    user.is_active = False

    with pytest.raises(AccountDisabled):
        open_session(user, Client(), at=clock())
