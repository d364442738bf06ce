"""AU-11, AU-09: nobody learns from here whether an address has an account."""

import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.forgot_password import ForgotPassword, ForgotPasswordCommand
from application.identity.reset_password import ResetPassword, ResetPasswordCommand
from application.shared.account_letters import AccountLetterKind
from domain.identity.errors import TooManyGuesses
from domain.shared.email import InvalidEmail
from tests.application.identity.people import PHONE, Society
from tests.application.identity.post_office import PostOffice


def of(email: str) -> ForgotPasswordCommand:
    return ForgotPasswordCommand(email=email)


async def test_a_known_and_an_unknown_address_leave_the_same_behind(
    society: Society, forgot_password: ForgotPassword, memory: MemoryDatabase
) -> None:
    await society.joins("ada")
    memory.jobs.clear()

    for address in ("ada@example.com", "nobody@example.com"):
        await forgot_password(of(address), PHONE)

    known, unknown = memory.jobs
    assert known[0] == unknown[0]
    assert known[1].keys() == unknown[1].keys()


async def test_only_the_owner_of_an_account_gets_a_letter(
    society: Society, forgot_password: ForgotPassword, post_office: PostOffice
) -> None:
    await society.joins("ada")
    bob = await society.joins("bob")
    await society.disable(bob.user_id)
    await post_office.letters()
    post_office.sent.clear()

    for name in ("ADA", "bob", "nobody"):
        await forgot_password(of(f"{name}@example.com"), PHONE)

    [letter] = await post_office.letters()
    assert letter.kind is AccountLetterKind.RESET_PASSWORD
    assert letter.to_address == "ada@example.com"


async def test_the_fourth_letter_in_an_hour_is_not_sent(
    society: Society, forgot_password: ForgotPassword, post_office: PostOffice
) -> None:
    """DS-12, silently: who asks might not be who gets the mails."""
    await society.joins("ada")

    for _ in range(6):
        await forgot_password(of("ada@example.com"), PHONE)

    kinds = await post_office.kinds()
    assert kinds.count(AccountLetterKind.RESET_PASSWORD) == 3


async def test_a_letter_that_is_not_sent_leaves_the_one_before_as_it_was(
    society: Society,
    forgot_password: ForgotPassword,
    reset_password: ResetPassword,
    post_office: PostOffice,
) -> None:
    """DS-12: or strangers could keep somebody from recovering their password."""
    await society.joins("ada")
    for _ in range(4):
        await forgot_password(of("ada@example.com"), PHONE)
    token = await post_office.token(AccountLetterKind.RESET_PASSWORD)

    await reset_password(ResetPasswordCommand(token=token, password="correct horse"), PHONE)


async def test_a_network_asks_so_often_and_no_more(forgot_password: ForgotPassword) -> None:
    for number in range(20):
        await forgot_password(of(f"a{number}@example.com"), PHONE)

    with pytest.raises(TooManyGuesses):
        await forgot_password(of("ada@example.com"), PHONE)


async def test_what_is_no_address_is_refused(
    forgot_password: ForgotPassword, memory: MemoryDatabase
) -> None:
    with pytest.raises(InvalidEmail):
        await forgot_password(of("ada"), PHONE)

    assert memory.jobs == []
