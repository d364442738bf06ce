import msgspec
import pytest

from adapters.system.ids import SystemIds
from application.identity.resend_verification import ResendVerification
from application.identity.verify_email import VerifyEmail
from application.shared.account_letters import AccountLetterKind
from domain.identity.errors import InvalidAccountToken
from domain.shared.errors import PersonRequired
from tests.application.identity.people import Society
from tests.application.identity.post_office import PostOffice
from tests.application.identity.test_verify_email import showing


@pytest.fixture
def resend(post_office: PostOffice, ids: SystemIds) -> ResendVerification:
    return ResendVerification(post_office.begin, ids)


async def test_the_second_mail_replaces_the_first(
    society: Society, resend: ResendVerification, verify_email: VerifyEmail, post_office: PostOffice
) -> None:
    ada = await society.actor(await society.joins("ada", is_verified=False))
    first = await post_office.token(AccountLetterKind.VERIFY_EMAIL)

    await resend(ada)

    second = await post_office.token(AccountLetterKind.VERIFY_EMAIL)
    with pytest.raises(InvalidAccountToken):
        await verify_email(showing(first))
    await verify_email(showing(second))


async def test_three_in_an_hour_are_enough(
    society: Society, resend: ResendVerification, post_office: PostOffice
) -> None:
    """DS-12."""
    ada = await society.actor(await society.joins("ada", is_verified=False))

    for _ in range(5):
        await resend(ada)

    assert len(await post_office.letters()) == 3


async def test_a_letter_that_is_not_sent_leaves_the_one_before_as_it_was(
    society: Society, resend: ResendVerification, verify_email: VerifyEmail, post_office: PostOffice
) -> None:
    ada = await society.actor(await society.joins("ada", is_verified=False))
    for _ in range(3):
        await resend(ada)

    await verify_email(showing(await post_office.token(AccountLetterKind.VERIFY_EMAIL)))

    assert (await society.user(ada.user_id)).email_verified_at is not None


async def test_a_verified_address_gets_none(
    society: Society, resend: ResendVerification, verify_email: VerifyEmail, post_office: PostOffice
) -> None:
    ada = await society.actor(await society.joins("ada"))
    await verify_email(showing(await post_office.token(AccountLetterKind.VERIFY_EMAIL)))

    await resend(ada)

    assert len(await post_office.letters()) == 1


async def test_a_key_cannot_ask_for_it(society: Society, resend: ResendVerification) -> None:
    ada = await society.actor(await society.joins("ada"))

    with pytest.raises(PersonRequired):
        await resend(msgspec.structs.replace(ada, personal=frozenset()))
