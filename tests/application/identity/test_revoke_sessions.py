import msgspec
import pytest

from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.account_ports import BeginAccounts
from application.identity.log_in import LogIn, LogInCommand
from application.identity.revoke_sessions import RevokeSessions
from application.shared.transaction import SessionEnded
from domain.shared.errors import PersonRequired
from tests.application.identity.people import PASSWORD, PHONE, Society, in_session

LOG_IN = LogInCommand(email="ada@example.com", password=PASSWORD)


@pytest.fixture
def revoke_sessions(begin: BeginAccounts, tokens: RememberedAccessTokens) -> RevokeSessions:
    return RevokeSessions(begin, tokens)


async def test_all_others_end(
    society: Society, log_in: LogIn, revoke_sessions: RevokeSessions
) -> None:
    phone, bob = await society.joins("ada"), await society.joins("bob")
    laptop = in_session(await log_in(LOG_IN, PHONE))
    await society.actor(phone)

    await revoke_sessions(await society.actor(laptop))

    with pytest.raises(SessionEnded):
        await society.actor(phone)
    assert (await society.actor(laptop)).session_id == laptop.session_id
    assert (await society.actor(bob)).user_id == bob.user_id


async def test_everywhere_is_here_too(
    society: Society, log_in: LogIn, revoke_sessions: RevokeSessions
) -> None:
    phone = await society.joins("ada")
    laptop = in_session(await log_in(LOG_IN, PHONE))

    await revoke_sessions(await society.actor(laptop), everywhere=True)

    for signed_in in (phone, laptop):
        with pytest.raises(SessionEnded):
            await society.actor(signed_in)


async def test_whoever_was_signed_out_ends_nothing(
    society: Society, log_in: LogIn, revoke_sessions: RevokeSessions
) -> None:
    phone = await society.actor(await society.joins("ada"))
    laptop = in_session(await log_in(LOG_IN, PHONE))
    await revoke_sessions(await society.actor(laptop))

    with pytest.raises(SessionEnded):
        await revoke_sessions(phone)

    assert (await society.actor(laptop)).session_id == laptop.session_id


async def test_a_key_of_theirs_may_not(society: Society, revoke_sessions: RevokeSessions) -> None:
    actor = await society.actor(await society.joins("ada"))

    with pytest.raises(PersonRequired):
        await revoke_sessions(msgspec.structs.replace(actor, personal=frozenset()))
