from datetime import timedelta

import pytest

from application.identity.forgot_password import ForgotPassword, ForgotPasswordCommand
from application.identity.log_in import LogIn, LogInCommand
from application.identity.ports import Client
from application.identity.refresh_session import RefreshSession
from application.identity.reset_password import ResetPassword, ResetPasswordCommand
from application.identity.verify_email import VerifyEmail, VerifyEmailCommand
from application.shared.account_letters import AccountLetterKind
from application.shared.transaction import SessionEnded
from domain.identity.errors import (
    AccountDisabled,
    InvalidAccountToken,
    InvalidCredentials,
    InvalidRefreshToken,
    PersonalPassword,
    TooManyGuesses,
)
from tests.application.identity.passage import Passage
from tests.application.identity.people import PASSWORD, PHONE, Society
from tests.application.identity.post_office import PostOffice
from tests.application.identity.test_refresh_session import showing
from tests.conftest import VirtualClock
from tests.oidc_double import Person

NEW = "correct horse battery"
ADA = "ada@example.com"
OTHER = Person(subject="other", email="other@example.com")


def command(token: str, password: str = NEW) -> ResetPasswordCommand:
    return ResetPasswordCommand(token=token, password=password)


@pytest.fixture
def forgets(forgot_password: ForgotPassword, post_office: PostOffice) -> "Forgets":
    return Forgets(forgot_password, post_office)


class Forgets:
    def __init__(self, forgot_password: ForgotPassword, post_office: PostOffice) -> None:
        self._forgot_password, self._post_office = forgot_password, post_office

    async def token(self) -> str:
        await self._forgot_password(ForgotPasswordCommand(email=ADA), PHONE)
        return await self._post_office.token(AccountLetterKind.RESET_PASSWORD)


async def test_the_new_password_signs_in_and_every_session_is_over(
    society: Society,
    forgets: Forgets,
    reset_password: ResetPassword,
    log_in: LogIn,
    refresh_session: RefreshSession,
    post_office: PostOffice,
) -> None:
    before = await society.joins("ada")
    await society.actor(before)

    await reset_password(command(await forgets.token()), PHONE)

    with pytest.raises(SessionEnded):
        await society.actor(before)
    with pytest.raises(InvalidRefreshToken):
        await refresh_session(showing(before.refresh_token), PHONE)
    with pytest.raises(InvalidCredentials):
        await log_in(LogInCommand(email=ADA, password=PASSWORD), PHONE)
    await log_in(LogInCommand(email=ADA, password=NEW), PHONE)
    assert (await post_office.kinds())[-1] is AccountLetterKind.PASSWORD_CHANGED
    assert (await society.user(before.user_id)).email_verified_at is not None


async def test_a_token_works_once_and_for_an_hour(
    society: Society, forgets: Forgets, reset_password: ResetPassword, clock: VirtualClock
) -> None:
    await society.joins("ada")
    used = await forgets.token()
    await reset_password(command(used), PHONE)
    late = await forgets.token()
    clock.advance(timedelta(hours=1))

    for token in (used, late, "nonsense"):
        with pytest.raises(InvalidAccountToken):
            await reset_password(command(token, "another battery"), PHONE)


async def test_a_token_for_something_else_sets_no_password(
    society: Society, reset_password: ResetPassword, post_office: PostOffice
) -> None:
    await society.joins("ada")
    other = await post_office.token(AccountLetterKind.VERIFY_EMAIL)

    with pytest.raises(InvalidAccountToken):
        await reset_password(command(other), PHONE)


async def test_a_refused_password_leaves_the_token_as_it_was(
    society: Society, forgets: Forgets, reset_password: ResetPassword
) -> None:
    await society.joins("ada")
    token = await forgets.token()

    with pytest.raises(PersonalPassword):
        await reset_password(command(token, "Ada@Example.com"), PHONE)

    await reset_password(command(token), PHONE)


async def test_a_disabled_account_is_not_opened_by_it(
    society: Society, forgets: Forgets, reset_password: ResetPassword
) -> None:
    ada = await society.joins("ada")
    token = await forgets.token()
    await society.disable(ada.user_id)

    with pytest.raises(AccountDisabled):
        await reset_password(command(token), PHONE)


async def test_it_lets_the_owner_in_although_strangers_used_up_the_guesses(
    society: Society, forgets: Forgets, reset_password: ResetPassword, log_in: LogIn
) -> None:
    await society.joins("ada")
    here = Client(ip="198.51.100.9")
    for number in range(5):
        with pytest.raises(InvalidCredentials):
            thief = Client(ip=f"203.0.{number}.1")
            await log_in(LogInCommand(email=ADA, password="wrong"), thief)
    with pytest.raises(TooManyGuesses):
        await log_in(LogInCommand(email=ADA, password=PASSWORD), here)

    await reset_password(command(await forgets.token()), here)

    await log_in(LogInCommand(email=ADA, password=NEW), here)


async def test_it_lets_the_owner_in_who_used_up_their_own_guesses_at_home(
    society: Society, forgets: Forgets, reset_password: ResetPassword, log_in: LogIn
) -> None:
    """And gives strangers no guesses."""
    await society.joins("ada")
    for guesser in (PHONE, *(Client(ip=f"203.0.{number}.1") for number in range(4))):
        for _ in range(5 if guesser is PHONE else 1):
            with pytest.raises(InvalidCredentials):
                await log_in(LogInCommand(email=ADA, password="wrong"), guesser)
    with pytest.raises(TooManyGuesses):
        await log_in(LogInCommand(email=ADA, password=PASSWORD), PHONE)

    await reset_password(command(await forgets.token()), PHONE)

    await log_in(LogInCommand(email=ADA, password=NEW), PHONE)
    stranger = Client(ip="198.51.100.9")
    for refusal in (InvalidCredentials, TooManyGuesses):
        with pytest.raises(refusal):
            await log_in(LogInCommand(email=ADA, password="wrong"), stranger)


@pytest.mark.parametrize("is_theirs", [False, True])
async def test_who_opened_an_account_for_somebody_else_keeps_no_way_in(
    is_theirs: bool,
    passage: Passage,
    forgets: Forgets,
    reset_password: ResetPassword,
    verify_email: VerifyEmail,
    post_office: PostOffice,
) -> None:
    """Of an address that was shown to be theirs, the other ways in stay theirs as well."""
    ada = await passage.society.actor(await passage.society.joins("ada", is_verified=False))
    await passage.links(ada, OTHER)
    if is_theirs:
        token = await post_office.token(AccountLetterKind.VERIFY_EMAIL, ADA)
        await verify_email(VerifyEmailCommand(token=token))

    await reset_password(command(await forgets.token()), PHONE)

    assert bool(await passage.linked_to(ada.user_id)) is is_theirs
