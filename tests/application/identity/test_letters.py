"""DS-12: nobody's mailbox is filled through us."""

from datetime import timedelta
from uuid import UUID

from application.identity.account_ports import BeginAccounts
from application.identity.letter_access import post
from application.shared.account_letters import AccountLetter, AccountLetterKind
from application.shared.scope import PUBLIC
from tests.application.identity.post_office import PostOffice
from tests.conftest import VirtualClock


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
