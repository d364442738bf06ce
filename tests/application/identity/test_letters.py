"""DS-12: nobody's mailbox is filled through us, and no organisation's name used for it."""

from datetime import timedelta
from uuid import UUID

from application.identity.account_ports import BeginAccounts
from application.identity.letter_access import post
from application.shared.account_letters import AccountLetter, AccountLetterKind
from application.shared.scope import PUBLIC
from domain.shared.ids import OrganizationId
from tests.application.identity.post_office import PostOffice
from tests.conftest import VirtualClock

ROCK, FOLK = OrganizationId(UUID(int=1)), OrganizationId(UUID(int=2))


def a_letter(
    address: str, kind: AccountLetterKind = AccountLetterKind.RESET_PASSWORD
) -> AccountLetter:
    return AccountLetter(id=UUID(int=1), kind=kind, to_name="Ada", to_address=address)


async def test_ds_12_one_address_takes_three_of_a_kind_in_an_hour(
    begin: BeginAccounts, post_office: PostOffice, clock: VirtualClock
) -> None:
    for address in ("ada@example.com", "ADA@example.com") * 3:
        async with begin(PUBLIC) as tx:
            await post(tx, a_letter(address))
    async with begin(PUBLIC) as tx:
        await post(tx, a_letter("ada@example.com", AccountLetterKind.EMAIL_CHANGED))
        await post(tx, a_letter("bob@example.com"))

    assert len(await post_office.letters()) == 5
    clock.advance(timedelta(hours=1))
    async with begin(PUBLIC) as tx:
        await post(tx, a_letter("ada@example.com"))
    assert len(await post_office.letters()) == 6


async def test_ds_12_an_organization_writes_a_hundred_in_an_hour(
    begin: BeginAccounts, post_office: PostOffice
) -> None:
    for number in range(120):
        async with begin(PUBLIC) as tx:
            await post(tx, a_letter(f"a{number}@example.com"), ROCK)
    async with begin(PUBLIC) as tx:
        await post(tx, a_letter("b@example.com"), FOLK)

    assert len(await post_office.letters()) == 101
