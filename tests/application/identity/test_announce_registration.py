from uuid import UUID

from application.identity.announce_registration import AnnounceRegistration
from application.identity.request_registration import RequestRegistration
from application.identity.verify_email import VerifyEmail
from application.shared.account_letters import AccountLetterKind
from tests.application.identity.people import PHONE
from tests.application.identity.post_office import PostOffice
from tests.application.identity.test_register_user import a_command
from tests.application.identity.test_verify_email import showing


async def test_a_job_that_is_tried_again_writes_the_same_letter(
    request_registration: RequestRegistration, post_office: PostOffice
) -> None:
    await request_registration(a_command(), PHONE)
    [first] = await post_office.letters()

    await AnnounceRegistration(post_office.begin)(registration_id=str(first.registration_id))

    assert await post_office.letters() == [first, first]


async def test_a_registration_that_is_gone_is_not_announced(
    request_registration: RequestRegistration,
    post_office: PostOffice,
    verify_email: VerifyEmail,
) -> None:
    await request_registration(a_command(), PHONE)
    await verify_email(showing(await post_office.token(AccountLetterKind.OPEN_ACCOUNT)))

    announce = AnnounceRegistration(post_office.begin)
    await announce(registration_id=str(post_office.sent[0].registration_id))
    await announce(registration_id=str(UUID(int=1)))

    assert len(await post_office.letters()) == 1
