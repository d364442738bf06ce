"""AU-11: who wants an address that somebody has is answered like everybody."""

from uuid import UUID

from adapters.memory.database import MemoryDatabase
from application.identity.announce_email_change import AnnounceEmailChange
from application.identity.change_email import ChangeEmail
from application.identity.forgot_password import ForgotPassword, ForgotPasswordCommand
from application.identity.reset_password import ResetPassword, ResetPasswordCommand
from application.identity.verify_email import VerifyEmail
from application.shared.account_letters import AccountLetterKind
from tests.application.identity.people import PHONE, Society
from tests.application.identity.post_office import PostOffice
from tests.application.identity.test_change_email import to
from tests.application.identity.test_verify_email import showing


async def test_the_owner_of_the_wanted_address_is_told_and_nobody_else(
    society: Society, change_email: ChangeEmail, post_office: PostOffice, memory: MemoryDatabase
) -> None:
    ada = await society.actor(await society.joins("ada"))
    await society.joins("bob")
    await post_office.letters()

    await change_email(ada, to("BOB@example.com"))
    await change_email(ada, to("free@example.com"))
    taken, free = memory.jobs
    letters = (await post_office.letters())[2:]

    assert taken[1].keys() == free[1].keys()
    assert [(letter.kind, letter.to_address) for letter in letters] == [
        (AccountLetterKind.ALREADY_REGISTERED, "bob@example.com"),
        (AccountLetterKind.CHANGE_EMAIL, "free@example.com"),
    ]


async def test_a_letter_that_is_not_sent_leaves_the_one_before_as_it_was(
    society: Society, change_email: ChangeEmail, verify_email: VerifyEmail, post_office: PostOffice
) -> None:
    ada = await society.actor(await society.joins("ada"))
    for _ in range(4):
        await change_email(ada, to("countess@example.com"))

    await verify_email(showing(await post_office.token(AccountLetterKind.CHANGE_EMAIL)))

    assert (await society.user(ada.user_id)).email.address == "countess@example.com"


async def test_whoever_was_disabled_meanwhile_gets_no_link(
    society: Society, post_office: PostOffice
) -> None:
    ada = await society.joins("ada")
    await society.disable(ada.user_id)
    sent = len(await post_office.letters())

    await AnnounceEmailChange(post_office.begin)(
        user_id=str(ada.user_id),
        session_id=str(ada.session_id),
        email="new@example.com",
        link_id=str(UUID(int=1)),
    )

    assert len(await post_office.letters()) == sent


async def test_what_a_session_asked_for_that_was_ended_meanwhile_is_given_up(
    society: Society,
    change_email: ChangeEmail,
    forgot_password: ForgotPassword,
    reset_password: ResetPassword,
    post_office: PostOffice,
) -> None:
    """Somebody who took a phone asks, and its owner is faster than the job."""
    ada = await society.actor(await society.joins("ada"))
    await forgot_password(ForgotPasswordCommand(email="ada@example.com"), PHONE)
    token = await post_office.token(AccountLetterKind.RESET_PASSWORD)
    await change_email(ada, to("thief@example.com"))

    await reset_password(ResetPasswordCommand(token=token, password="another horse"), PHONE)

    assert await post_office.letters("thief") == []
