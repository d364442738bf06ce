import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.set_payout_account import SetPayoutAccount, SetPayoutAccountCommand
from application.shared.scope import PUBLIC
from domain.identity.errors import InvalidPayoutAccount
from domain.identity.payout_account import PayoutAccountStatus, PayoutProvider, masked
from domain.shared.errors import Forbidden, NotFound
from domain.shared.permissions import Role
from tests.application.identity.people import Society
from tests.application.identity.terms import Terms

FIRST = SetPayoutAccountCommand(
    provider=PayoutProvider.STRIPE, account_id=" acct_1NvW2eLkdIwHu7ix "
)
SECOND = SetPayoutAccountCommand(provider=PayoutProvider.STRIPE, account_id="acct_9XyW2eLkdIwHu7ix")


async def test_another_account_is_pending_again_and_the_same_one_is_not(
    society: Society, memory: MemoryDatabase
) -> None:
    terms = Terms(memory)
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    actor = await society.actor(ada)
    set_account = SetPayoutAccount(terms.begin)

    await set_account(actor, rock, FIRST)
    async with terms.begin(PUBLIC) as tx:
        account = await tx.payout_accounts.get(rock)
        assert account is not None
        assert (account.account_id, account.status) == (
            "acct_1NvW2eLkdIwHu7ix",
            PayoutAccountStatus.PENDING,
        )
        account.status = PayoutAccountStatus.ENABLED
        await tx.payout_accounts.save(account)
    for command, expected in (
        (FIRST, PayoutAccountStatus.ENABLED),
        (SECOND, PayoutAccountStatus.PENDING),
    ):
        await set_account(actor, rock, command)
        async with terms.begin(PUBLIC) as tx:
            kept = await tx.payout_accounts.get(rock)
        assert kept is not None
        assert kept.status is expected


async def test_it_is_for_owners_and_names_an_account(
    society: Society, memory: MemoryDatabase
) -> None:
    ada, bob, eve = [await society.joins(name) for name in ("ada", "bob", "eve")]
    rock = await society.founds(ada)
    await society.employs(rock, bob.user_id, Role.ADMIN)
    set_account = SetPayoutAccount(Terms(memory).begin)

    with pytest.raises(Forbidden):
        await set_account(await society.actor(bob), rock, FIRST)
    with pytest.raises(NotFound):
        await set_account(await society.actor(eve), rock, FIRST)
    for name in (
        "",
        "  ",
        "a b",
        "x" * 101,
        "konto-ą",
        "a\x00",
        "x",
        "acct_1Nv2",
        "acct_1NvW2eLkdIwHu7i-",
    ):
        command = SetPayoutAccountCommand(provider=PayoutProvider.STRIPE, account_id=name)
        with pytest.raises(InvalidPayoutAccount):
            await set_account(await society.actor(ada), rock, command)

    assert not list(memory.table("payout_accounts").rows())


def test_a_name_is_shown_by_its_end_alone() -> None:
    assert masked("acct_1NvW2eLkdIwHu7ix") == "****u7ix"
    assert masked("1234567") == "****"
