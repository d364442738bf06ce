from datetime import timedelta

import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.account_ports import BeginAccounts
from application.identity.add_member import AddMember, AddMemberCommand
from application.identity.delete_me import DeleteMe, DeleteMeCommand
from application.identity.log_in import LogIn, LogInCommand
from application.identity.verify_email import VerifyEmail, VerifyEmailCommand
from application.shared.account_letters import AccountLetterKind
from application.shared.transaction import SessionEnded
from domain.identity.errors import (
    FreshSignInNeeded,
    InvalidCredentials,
    LastOwner,
    UserNotFound,
    WrongPassword,
)
from domain.identity.invitation import InvitationStatus
from domain.shared.permissions import Role
from tests.application.identity.invited import Post
from tests.application.identity.people import PASSWORD, PHONE, Society
from tests.application.identity.post_office import PostOffice
from tests.conftest import VirtualClock

CLOSING = DeleteMeCommand(password=PASSWORD)


async def test_nothing_of_the_person_is_left(
    society: Society, delete_me: DeleteMe, memory: MemoryDatabase, post_office: PostOffice
) -> None:
    ada = await society.joins("ada")
    await post_office.letters()

    await delete_me(await society.actor(ada), CLOSING)

    letters = (await post_office.letters())[1:]
    assert [letter.kind for letter in letters] == [AccountLetterKind.ACCOUNT_CLOSED]
    assert letters[0].to_address == "ada@example.com"
    for table in ("users", "sessions", "account_links", "familiar_networks", "user_preferences"):
        told = repr(list(memory.table(table).rows()))
        for canary in ("ada", "Byron", "192.0.2", "Opera", "argon2"):
            assert canary not in told, (table, canary)


@pytest.mark.parametrize("is_theirs", [True, False])
async def test_invitations_forget_an_address_that_was_shown_to_be_theirs(
    society: Society,
    delete_me: DeleteMe,
    memory: MemoryDatabase,
    post_office: PostOffice,
    verify_email: VerifyEmail,
    is_theirs: bool,
) -> None:
    ada, bob = await society.joins("ada", is_verified=False), await society.joins("bob")
    if is_theirs:
        token = await post_office.token(AccountLetterKind.VERIFY_EMAIL, "ada@example.com")
        await verify_email(VerifyEmailCommand(token=token))
    rock, post = await society.founds(bob), Post(memory, society)
    invited = await post.invites(await society.actor(bob), rock, "ada@example.com")

    await delete_me(await society.actor(ada), CLOSING)

    left = await post.invitation(rock, invited)
    assert ("ada" in left.email.address) is not is_theirs
    assert (left.status is InvitationStatus.REVOKED) is is_theirs


async def test_nobody_comes_in_any_more_and_the_address_is_free(
    society: Society, delete_me: DeleteMe, log_in: LogIn
) -> None:
    before = await society.joins("ada")
    await delete_me(await society.actor(before), CLOSING)

    with pytest.raises(SessionEnded):
        await society.actor(before)
    with pytest.raises(InvalidCredentials):
        await log_in(LogInCommand(email="ada@example.com", password=PASSWORD), PHONE)

    again = await society.joins("ada")
    assert again.user_id != before.user_id


async def test_who_left_cannot_be_employed(
    society: Society, delete_me: DeleteMe, begin: BeginAccounts
) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    rock = await society.founds(bob)
    await delete_me(await society.actor(ada), CLOSING)
    await society.promote(bob.user_id)
    society.tokens.forget_user(bob.user_id)
    add_member = AddMember(begin, society.tokens)

    with pytest.raises(UserNotFound):
        await add_member(
            await society.actor(bob), rock, AddMemberCommand(role=Role.ADMIN, user_id=ada.user_id)
        )


async def test_it_takes_the_password_or_a_fresh_session(
    society: Society, delete_me: DeleteMe, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    with pytest.raises(WrongPassword):
        await delete_me(await society.actor(ada), DeleteMeCommand(password="wrong"))
    clock.advance(timedelta(minutes=10))
    with pytest.raises(FreshSignInNeeded):
        await delete_me(await society.actor(ada), DeleteMeCommand())

    bob = await society.joins("bob")
    await delete_me(await society.actor(bob), DeleteMeCommand())


async def test_a_sole_owner_stays_and_nothing_has_happened(
    society: Society, delete_me: DeleteMe
) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    rock = await society.founds(ada)
    folk = await society.founds(ada, "Folk")
    await society.employs(folk, bob.user_id, Role.OWNER)

    with pytest.raises(LastOwner):
        await delete_me(await society.actor(ada), CLOSING)

    assert ada.user_id in await society.roles(folk)
    await society.employs(rock, bob.user_id, Role.OWNER)
    await delete_me(await society.actor(ada), CLOSING)
    assert await society.roles(rock) == await society.roles(folk) == {bob.user_id: Role.OWNER}
