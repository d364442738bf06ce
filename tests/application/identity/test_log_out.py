import pytest

from adapters.tokens.remembered import RememberedAccessTokens
from adapters.tokens.session_tokens import SealedSessionTokens
from application.identity.log_in import LogIn, LogInCommand
from application.identity.log_out import LogOut, LogOutCommand
from application.identity.ports import BeginIdentity
from application.identity.refresh_session import RefreshSession, RefreshSessionCommand
from application.shared.scope import PUBLIC
from application.shared.transaction import SessionEnded
from domain.identity.errors import InvalidRefreshToken
from domain.identity.session import Ending
from tests.application.identity.people import PASSWORD, PHONE, Society, in_session


@pytest.fixture
def log_out(
    begin: BeginIdentity, tokens: RememberedAccessTokens, signer: SealedSessionTokens
) -> LogOut:
    return LogOut(begin, tokens, signer)


async def test_both_tokens_of_the_session_are_dead_at_once(
    society: Society, log_out: LogOut, refresh_session: RefreshSession
) -> None:
    ada = await society.joins("ada")

    await log_out(await society.actor(ada))

    with pytest.raises(SessionEnded):
        await society.actor(ada)
    with pytest.raises(InvalidRefreshToken):
        await refresh_session(RefreshSessionCommand(refresh_token=ada.refresh_token), PHONE)


async def test_a_refresh_token_is_enough(society: Society, log_out: LogOut) -> None:
    ada = await society.joins("ada")
    await society.actor(ada)

    await log_out(None, LogOutCommand(refresh_token=ada.refresh_token))

    with pytest.raises(SessionEnded):
        await society.actor(ada)


async def test_other_sessions_live_on(society: Society, log_in: LogIn, log_out: LogOut) -> None:
    ada = await society.joins("ada")
    command = LogInCommand(email="ada@example.com", password=PASSWORD)
    laptop = in_session(await log_in(command, PHONE))

    await log_out(await society.actor(ada))

    assert (await society.actor(laptop)).user_id == ada.user_id


async def test_what_has_ended_may_be_ended_again(
    society: Society, log_out: LogOut, begin: BeginIdentity
) -> None:
    ada = await society.joins("ada")
    actor = await society.actor(ada)

    await log_out(actor)
    await log_out(actor, LogOutCommand(refresh_token=ada.refresh_token))

    async with begin(PUBLIC) as tx:
        assert (await tx.sessions.lock(ada.session_id)).ended_because is Ending.LOGGED_OUT


async def test_what_is_no_token_ends_nothing(society: Society, log_out: LogOut) -> None:
    ada = await society.joins("ada")

    await log_out(None, LogOutCommand(refresh_token=ada.access.token))

    assert (await society.actor(ada)).session_id == ada.session_id
