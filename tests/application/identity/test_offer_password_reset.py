from uuid import UUID

import pytest

from adapters.system.ids import SystemIds
from application.identity.offer_password_reset import OfferPasswordReset
from application.identity.reset_password import ResetPassword, ResetPasswordCommand
from application.shared.account_letters import AccountLetterKind
from domain.identity.errors import InvalidAccountToken
from domain.shared.ids import AccountLinkId
from tests.application.identity.people import PHONE, Society
from tests.application.identity.post_office import PostOffice


async def test_a_later_link_replaces_the_one_before(
    society: Society, post_office: PostOffice, ids: SystemIds, reset_password: ResetPassword
) -> None:
    await society.joins("ada")
    first, second = ids.new(), ids.new()
    offer = OfferPasswordReset(post_office.begin)

    for link in (first, second):
        await offer(email="ada@example.com", link_id=str(link))

    said = {link: post_office.tokens.of_link(AccountLinkId(link)) for link in (first, second)}
    with pytest.raises(InvalidAccountToken):
        await reset_password(
            ResetPasswordCommand(token=said[first], password="correct horse"), PHONE
        )
    await reset_password(ResetPasswordCommand(token=said[second], password="correct horse"), PHONE)


async def test_a_link_that_was_used_is_not_revived_by_a_late_job(
    society: Society, post_office: PostOffice, reset_password: ResetPassword
) -> None:
    await society.joins("ada")
    link = UUID(int=9)
    offer = OfferPasswordReset(post_office.begin)
    await offer(email="ada@example.com", link_id=str(link))
    token = await post_office.token(AccountLetterKind.RESET_PASSWORD)
    await reset_password(ResetPasswordCommand(token=token, password="correct horse"), PHONE)
    sent = len(await post_office.letters())

    await offer(email="ada@example.com", link_id=str(link))

    assert len(await post_office.letters()) == sent
    with pytest.raises(InvalidAccountToken):
        await reset_password(ResetPasswordCommand(token=token, password="battery staple"), PHONE)
