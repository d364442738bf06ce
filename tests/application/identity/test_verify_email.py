from datetime import timedelta

import pytest

from application.identity.request_registration import RequestRegistration
from application.identity.verify_email import VerifyEmail, VerifyEmailCommand
from application.shared.account_letters import AccountLetterKind
from application.shared.scope import PUBLIC
from domain.identity.errors import InvalidAccountToken
from tests.application.identity.people import PHONE, Society
from tests.application.identity.post_office import PostOffice
from tests.application.identity.test_register_user import a_command
from tests.conftest import VirtualClock


def showing(token: str) -> VerifyEmailCommand:
    return VerifyEmailCommand(token=token)


async def test_an_address_is_verified_by_the_mail_that_it_got(
    society: Society, verify_email: VerifyEmail, post_office: PostOffice, clock: VirtualClock
) -> None:
    ada = await society.joins("ada", is_verified=False)
    assert (await society.user(ada.user_id)).email_verified_at is None

    await verify_email(showing(await post_office.token(AccountLetterKind.VERIFY_EMAIL)))

    assert (await society.user(ada.user_id)).email_verified_at == clock()


async def test_a_token_works_once_and_for_a_day(
    society: Society, verify_email: VerifyEmail, post_office: PostOffice, clock: VirtualClock
) -> None:
    await society.joins("ada")
    used = await post_office.token(AccountLetterKind.VERIFY_EMAIL, "ada@")
    await verify_email(showing(used))
    await society.joins("bob")
    late = await post_office.token(AccountLetterKind.VERIFY_EMAIL, "bob@")

    clock.advance(timedelta(hours=24))

    for token in (used, late, "", "nonsense", used[:-1] + ("A" if used[-1] != "A" else "B")):
        with pytest.raises(InvalidAccountToken):
            await verify_email(showing(token))


async def test_a_registration_opens_its_account_once(
    society: Society,
    request_registration: RequestRegistration,
    verify_email: VerifyEmail,
    post_office: PostOffice,
) -> None:
    await request_registration(a_command("ada@example.com"), PHONE)
    token = await post_office.token(AccountLetterKind.OPEN_ACCOUNT)

    await verify_email(showing(token))

    async with society.begin(PUBLIC) as tx:
        ada = await tx.users.with_email("ada@example.com")
    assert ada.email_verified_at is not None
    with pytest.raises(InvalidAccountToken):
        await verify_email(showing(token))


async def test_what_somebody_else_asked_for_does_not_open_with_ones_own_mail(
    society: Society,
    request_registration: RequestRegistration,
    verify_email: VerifyEmail,
    post_office: PostOffice,
) -> None:
    await request_registration(a_command("ada@example.com", first_name="Thief"), PHONE)
    await request_registration(a_command("ada@example.com", first_name="Ada"), PHONE)
    own = await post_office.token(AccountLetterKind.OPEN_ACCOUNT)

    await verify_email(showing(own))

    async with society.begin(PUBLIC) as tx:
        assert (await tx.users.with_email("ada@example.com")).first_name == "Ada"
    thiefs = post_office.tokens.of_registration(post_office.sent[0].registration_id)  # type: ignore[arg-type]  # It has one.
    with pytest.raises(InvalidAccountToken):
        await verify_email(showing(thiefs))


async def test_a_registration_is_forgotten_after_a_day(
    request_registration: RequestRegistration,
    verify_email: VerifyEmail,
    post_office: PostOffice,
    clock: VirtualClock,
) -> None:
    await request_registration(a_command("ada@example.com"), PHONE)
    token = await post_office.token(AccountLetterKind.OPEN_ACCOUNT)

    clock.advance(timedelta(hours=24))

    with pytest.raises(InvalidAccountToken):
        await verify_email(showing(token))
