import pytest

from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.log_in import LogIn, LogInCommand
from application.identity.log_out import LogOut
from application.identity.ports import BeginIdentity
from application.identity.refresh_session import RefreshSession, RefreshSessionCommand
from application.shared.transaction import SessionEnded
from domain.identity.errors import InvalidRefreshToken
from tests.application.identity.people import PASSWORD, PHONE, Society


@pytest.fixture
def log_out(begin: BeginIdentity, tokens: RememberedAccessTokens) -> LogOut:
    return LogOut(begin, tokens)


async def test_both_tokens_of_the_session_are_dead_at_once(
    society: Society, log_out: LogOut, refresh_session: RefreshSession
) -> None:
    ada = await society.joins("ada")

    await log_out(await society.actor(ada))

    with pytest.raises(SessionEnded):
        await society.actor(ada)
    with pytest.raises(InvalidRefreshToken):
        await refresh_session(RefreshSessionCommand(refresh_token=ada.refresh_token))


async def test_other_sessions_live_on(society: Society, log_in: LogIn, log_out: LogOut) -> None:
    ada = await society.joins("ada")
    laptop = await log_in(LogInCommand(email="ada@example.com", password=PASSWORD), PHONE)

    await log_out(await society.actor(ada))

    assert (await society.actor(laptop)).user_id == ada.user_id


async def test_who_was_remembered_elsewhere_cannot_write_any_more(
    society: Society, log_out: LogOut
) -> None:
    actor = await society.actor(await society.joins("ada"))
    await log_out(actor)

    with pytest.raises(SessionEnded):
        await log_out(actor)
