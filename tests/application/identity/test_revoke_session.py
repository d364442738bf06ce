import msgspec
import pytest

from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.account_ports import BeginAccounts
from application.identity.change_email import ChangeEmail
from application.identity.log_in import LogIn, LogInCommand
from application.identity.refresh_session import RefreshSession, RefreshSessionCommand
from application.identity.revoke_session import RevokeSession
from application.identity.verify_email import VerifyEmail
from application.shared.account_letters import AccountLetterKind
from application.shared.transaction import SessionEnded
from domain.identity.errors import InvalidAccountToken, InvalidRefreshToken, SessionNotFound
from domain.shared.errors import PersonRequired
from domain.shared.ids import SessionId
from tests.application.identity.people import PASSWORD, PHONE, Society, in_session
from tests.application.identity.post_office import PostOffice
from tests.application.identity.test_change_email import to
from tests.application.identity.test_verify_email import showing

LOG_IN = LogInCommand(email="ada@example.com", password=PASSWORD)


@pytest.fixture
def revoke_session(begin: BeginAccounts, tokens: RememberedAccessTokens) -> RevokeSession:
    return RevokeSession(begin, tokens)


async def test_the_named_session_ends_with_both_of_its_tokens(
    society: Society, log_in: LogIn, revoke_session: RevokeSession, refresh_session: RefreshSession
) -> None:
    phone = await society.joins("ada")
    laptop = in_session(await log_in(LOG_IN, PHONE))
    await society.actor(phone)

    await revoke_session(await society.actor(laptop), phone.session_id)

    with pytest.raises(SessionEnded):
        await society.actor(phone)
    with pytest.raises(InvalidRefreshToken):
        await refresh_session(RefreshSessionCommand(refresh_token=phone.refresh_token), PHONE)
    assert (await society.actor(laptop)).session_id == laptop.session_id


async def test_ending_it_again_changes_nothing(
    society: Society, log_in: LogIn, revoke_session: RevokeSession
) -> None:
    phone = await society.joins("ada")
    laptop = await society.actor(in_session(await log_in(LOG_IN, PHONE)))

    await revoke_session(laptop, phone.session_id)
    await revoke_session(laptop, phone.session_id)


async def test_somebody_elses_session_does_not_exist(
    society: Society, revoke_session: RevokeSession
) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    actor = await society.actor(bob)

    for session_id in (ada.session_id, SessionId(ada.user_id)):
        with pytest.raises(SessionNotFound):
            await revoke_session(actor, session_id)

    assert (await society.actor(ada)).user_id == ada.user_id


async def test_whoever_was_signed_out_ends_nothing(
    society: Society, log_in: LogIn, revoke_session: RevokeSession
) -> None:
    phone = await society.joins("ada")
    laptop = await society.actor(in_session(await log_in(LOG_IN, PHONE)))
    actor = await society.actor(phone)
    await revoke_session(laptop, phone.session_id)

    with pytest.raises(SessionEnded):
        await revoke_session(actor, laptop.session_id)


async def test_a_key_of_theirs_may_not(society: Society, revoke_session: RevokeSession) -> None:
    ada = await society.joins("ada")
    actor = msgspec.structs.replace(await society.actor(ada), personal=frozenset())

    with pytest.raises(PersonRequired):
        await revoke_session(actor, ada.session_id)


async def test_the_address_that_it_asked_for_is_given_up(
    society: Society,
    log_in: LogIn,
    revoke_session: RevokeSession,
    change_email: ChangeEmail,
    verify_email: VerifyEmail,
    post_office: PostOffice,
) -> None:
    phone = await society.joins("ada")
    laptop = await society.actor(in_session(await log_in(LOG_IN, PHONE)))
    await change_email(await society.actor(phone), to("thief@example.com"))
    token = await post_office.token(AccountLetterKind.CHANGE_EMAIL)

    await revoke_session(laptop, phone.session_id)

    with pytest.raises(InvalidAccountToken):
        await verify_email(showing(token))
