from datetime import timedelta

import msgspec
import pytest

from adapters.system.ids import SystemIds
from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.change_password import ChangePassword, ChangePasswordCommand
from application.identity.choose_password import ChoosePassword
from application.identity.log_in import LogIn, LogInCommand
from application.identity.reauthentication_access import Reauthentication
from application.shared.account_letters import AccountLetterKind
from application.shared.transaction import SessionEnded
from domain.identity.errors import (
    FreshSignInNeeded,
    InvalidPassword,
    KnownPassword,
    TooManyGuesses,
    WrongPassword,
)
from domain.shared.errors import PersonRequired
from tests.application.identity.people import PASSWORD, PHONE, Society
from tests.application.identity.post_office import PostOffice
from tests.conftest import VirtualClock

NEW = "correct horse battery"
COMMAND = ChangePasswordCommand(current_password=PASSWORD, new_password=NEW)


@pytest.fixture
def change_password(
    post_office: PostOffice,
    ids: SystemIds,
    reauthenticate: Reauthentication,
    choose_password: ChoosePassword,
    tokens: RememberedAccessTokens,
) -> ChangePassword:
    return ChangePassword(post_office.begin, ids, reauthenticate, choose_password, tokens)


async def test_other_sessions_end_and_this_one_goes_on(
    society: Society, change_password: ChangePassword, log_in: LogIn, post_office: PostOffice
) -> None:
    here = await society.joins("ada")
    there = await society.logs_in("ada")

    await change_password(await society.actor(here), COMMAND)

    await society.actor(here)
    with pytest.raises(SessionEnded):
        await society.actor(there)
    await log_in(LogInCommand(email="ada@example.com", password=NEW), PHONE)
    assert (await post_office.kinds())[-1] is AccountLetterKind.PASSWORD_CHANGED


async def test_the_present_password_is_guessed_five_times(
    society: Society, change_password: ChangePassword
) -> None:
    ada = await society.actor(await society.joins("ada"))
    wrong = msgspec.structs.replace(COMMAND, current_password="wrong")

    for _ in range(5):
        with pytest.raises(WrongPassword):
            await change_password(ada, wrong)

    with pytest.raises(TooManyGuesses):
        await change_password(ada, COMMAND)


async def test_without_it_the_session_must_be_fresh(
    society: Society, change_password: ChangePassword, clock: VirtualClock
) -> None:
    ada = await society.actor(await society.joins("ada"))
    without = ChangePasswordCommand(new_password=NEW)
    await change_password(ada, without)

    clock.advance(timedelta(minutes=10))

    with pytest.raises(FreshSignInNeeded):
        await change_password(ada, without)


@pytest.mark.parametrize(
    ("password", "refusal"), [("short", InvalidPassword), ("password1", KnownPassword)]
)
async def test_a_bad_one_is_refused_and_the_old_one_stays(
    society: Society,
    change_password: ChangePassword,
    log_in: LogIn,
    password: str,
    refusal: type[InvalidPassword],
) -> None:
    ada = await society.actor(await society.joins("ada"))
    bad = ChangePasswordCommand(current_password=PASSWORD, new_password=password)

    with pytest.raises(refusal) as refused:
        await change_password(ada, bad)

    assert refused.value.facts["field"] == "newPassword"
    await log_in(LogInCommand(email="ada@example.com", password=PASSWORD), PHONE)


async def test_a_key_cannot_do_it(society: Society, change_password: ChangePassword) -> None:
    ada = await society.actor(await society.joins("ada"))

    with pytest.raises(PersonRequired):
        await change_password(msgspec.structs.replace(ada, personal=frozenset()), COMMAND)
