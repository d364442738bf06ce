from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.identity.account_link import LIFETIMES, AccountLink, LinkPurpose
from domain.identity.errors import InvalidAccountToken
from domain.identity.user import Email
from domain.shared.ids import AccountLinkId, UserId

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def a_link(purpose: LinkPurpose) -> AccountLink:
    ada = UserId(UUID(int=1))
    return AccountLink.make(
        AccountLinkId(UUID(int=2)), ada, purpose, Email("ada@example.com"), at=NOON
    )


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_it_works_once_and_until_its_end(purpose: LinkPurpose) -> None:
    last_moment = NOON + LIFETIMES[purpose] - timedelta(microseconds=1)
    link = a_link(purpose)

    link.use(purpose, at=last_moment)

    with pytest.raises(InvalidAccountToken):
        link.use(purpose, at=last_moment)
    with pytest.raises(InvalidAccountToken):
        a_link(purpose).use(purpose, at=NOON + LIFETIMES[purpose])


def test_it_is_for_nothing_else() -> None:
    with pytest.raises(InvalidAccountToken):
        a_link(LinkPurpose.VERIFY_EMAIL).use(LinkPurpose.RESET_PASSWORD, at=NOON)
