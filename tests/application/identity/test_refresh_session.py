from datetime import timedelta

import pytest

from application.identity.refresh_session import RefreshSession, RefreshSessionCommand
from application.shared.transaction import SessionEnded
from domain.identity.errors import AccountDisabled, InvalidRefreshToken, RefreshTokenReused
from tests.application.identity.people import Society
from tests.conftest import VirtualClock


def showing(refresh_token: str) -> RefreshSessionCommand:
    return RefreshSessionCommand(refresh_token=refresh_token)


async def test_a_refresh_token_is_exchanged_for_the_next(
    society: Society, refresh_session: RefreshSession, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    clock.advance(timedelta(minutes=20))

    second = await refresh_session(showing(ada.refresh_token))
    third = await refresh_session(showing(second.refresh_token))

    assert len({ada.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert third.session_id == ada.session_id
    assert (await society.actor(third)).user_id == ada.user_id


async def test_a_token_used_twice_ends_the_session_for_thief_and_owner(
    society: Society, refresh_session: RefreshSession
) -> None:
    ada = await society.joins("ada")
    second = await refresh_session(showing(ada.refresh_token))
    await society.actor(second)

    with pytest.raises(RefreshTokenReused):
        await refresh_session(showing(ada.refresh_token))

    with pytest.raises(InvalidRefreshToken):
        await refresh_session(showing(second.refresh_token))
    with pytest.raises(SessionEnded):
        await society.actor(second)


async def test_an_unknown_token_is_refused(
    society: Society, refresh_session: RefreshSession
) -> None:
    await society.joins("ada")

    with pytest.raises(InvalidRefreshToken):
        await refresh_session(showing("nothing"))


async def test_a_token_that_waited_too_long_is_refused(
    society: Society, refresh_session: RefreshSession, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")

    clock.advance(timedelta(days=7))

    with pytest.raises(InvalidRefreshToken):
        await refresh_session(showing(ada.refresh_token))


async def test_a_disabled_user_gets_no_new_tokens(
    society: Society, refresh_session: RefreshSession
) -> None:
    ada = await society.joins("ada")
    await society.disable(ada.user_id)

    with pytest.raises(AccountDisabled):
        await refresh_session(showing(ada.refresh_token))
