import pytest

from application.identity.change_email import ChangeEmail, ChangeEmailCommand
from application.identity.forgot_password import ForgotPassword, ForgotPasswordCommand
from application.identity.reset_password import ResetPassword, ResetPasswordCommand
from application.identity.verify_email import VerifyEmail
from application.shared.account_letters import AccountLetterKind
from domain.identity.errors import InvalidAccountToken, WrongPassword
from domain.shared.email import InvalidEmail
from tests.application.identity.people import PASSWORD, PHONE, Society
from tests.application.identity.post_office import PostOffice
from tests.application.identity.test_verify_email import showing


def to(email: str, password: str | None = PASSWORD) -> ChangeEmailCommand:
    return ChangeEmailCommand(email=email, current_password=password)


async def test_the_new_address_counts_when_it_was_proven_and_the_old_one_is_told(
    society: Society, change_email: ChangeEmail, verify_email: VerifyEmail, post_office: PostOffice
) -> None:
    ada = await society.joins("ada")
    await change_email(await society.actor(ada), to("countess@example.com"))
    assert (await society.user(ada.user_id)).email.address == "ada@example.com"

    await verify_email(showing(await post_office.token(AccountLetterKind.CHANGE_EMAIL)))

    user = await society.user(ada.user_id)
    assert user.email.address == "countess@example.com"
    assert user.email_verified_at is not None
    assert (await post_office.kinds("ada@"))[-1] is AccountLetterKind.EMAIL_CHANGED
    assert (await society.actor(ada)).email == "countess@example.com"


async def test_links_to_the_old_address_are_worth_nothing_afterwards(
    society: Society,
    change_email: ChangeEmail,
    verify_email: VerifyEmail,
    forgot_password: ForgotPassword,
    reset_password: ResetPassword,
    post_office: PostOffice,
) -> None:
    ada = await society.joins("ada")
    verification = await post_office.token(AccountLetterKind.VERIFY_EMAIL)
    await forgot_password(ForgotPasswordCommand(email="ada@example.com"), PHONE)
    reset = await post_office.token(AccountLetterKind.RESET_PASSWORD)
    await change_email(await society.actor(ada), to("countess@example.com"))
    await verify_email(showing(await post_office.token(AccountLetterKind.CHANGE_EMAIL)))

    with pytest.raises(InvalidAccountToken):
        await reset_password(ResetPasswordCommand(token=reset, password="correct horse"), PHONE)
    with pytest.raises(InvalidAccountToken):
        await verify_email(showing(verification))
    assert (await society.user(ada.user_id)).email.address == "countess@example.com"


@pytest.mark.parametrize(
    ("command", "refusal"),
    [(to("countess"), InvalidEmail), (to("c@example.com", "wrong"), WrongPassword)],
)
async def test_a_refusal_writes_to_nobody(
    society: Society,
    change_email: ChangeEmail,
    post_office: PostOffice,
    command: ChangeEmailCommand,
    refusal: type[Exception],
) -> None:
    ada = await society.actor(await society.joins("ada"))

    with pytest.raises(refusal):
        await change_email(ada, command)

    assert await post_office.kinds() == [AccountLetterKind.VERIFY_EMAIL]
