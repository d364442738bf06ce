from uuid import UUID

import pytest

from adapters.system.emails import read_email
from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.add_member import AddMember, AddMemberCommand
from application.identity.ports import BeginIdentity
from domain.identity.errors import (
    AlreadyMember,
    MemberNotNamed,
    OwnersOnly,
    UserNotFound,
)
from domain.shared.email import InvalidEmail
from domain.shared.errors import DomainError, Forbidden, NotFound
from domain.shared.ids import UserId
from domain.shared.permissions import Role
from tests.application.identity.people import Society

NOBODY = UserId(UUID(int=7))


@pytest.fixture
def add_member(begin: BeginIdentity, tokens: RememberedAccessTokens) -> AddMember:
    return AddMember(begin, read_email, tokens)


async def test_a_member_may_work_at_once(society: Society, add_member: AddMember) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    organization_id = await society.founds(ada)
    assert (await society.actor(bob)).memberships == {}

    await add_member(
        await society.actor(ada),
        organization_id,
        AddMemberCommand(user_id=bob.user_id, role=Role.SCANNER),
    )

    assert (await society.actor(bob)).memberships == {organization_id: Role.SCANNER}


async def test_a_member_may_be_named_by_address(society: Society, add_member: AddMember) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    organization_id = await society.founds(ada)

    added = await add_member(
        await society.actor(ada),
        organization_id,
        AddMemberCommand(email="BOB@Example.com", role=Role.OWNER),
    )

    assert added == bob.user_id
    assert (await society.roles(organization_id))[bob.user_id] is Role.OWNER


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (AddMemberCommand(role=Role.ADMIN), MemberNotNamed),
        (AddMemberCommand(user_id=NOBODY, email="a@b.com", role=Role.ADMIN), MemberNotNamed),
        (AddMemberCommand(user_id=NOBODY, role=Role.ADMIN), UserNotFound),
        (AddMemberCommand(email="nobody@example.com", role=Role.ADMIN), UserNotFound),
        (AddMemberCommand(email="nobody", role=Role.ADMIN), InvalidEmail),
        (AddMemberCommand(email="ada@example.com", role=Role.ADMIN), AlreadyMember),
    ],
)
async def test_a_refusal_leaves_the_team_as_it_was(
    society: Society,
    add_member: AddMember,
    command: AddMemberCommand,
    refusal: type[DomainError],
) -> None:
    ada = await society.joins("ada")
    organization_id = await society.founds(ada)

    with pytest.raises(refusal):
        await add_member(await society.actor(ada), organization_id, command)

    assert await society.roles(organization_id) == {ada.user_id: Role.OWNER}


async def test_an_admin_makes_no_owners(society: Society, add_member: AddMember) -> None:
    ada, bob, eve = [await society.joins(name) for name in ("ada", "bob", "eve")]
    organization_id = await society.founds(ada)
    await society.employs(organization_id, bob.user_id, Role.ADMIN)

    with pytest.raises(OwnersOnly):
        await add_member(
            await society.actor(bob),
            organization_id,
            AddMemberCommand(user_id=eve.user_id, role=Role.OWNER),
        )


async def test_a_manager_may_not_and_a_stranger_finds_nothing(
    society: Society, add_member: AddMember
) -> None:
    ada, bob, eve = [await society.joins(name) for name in ("ada", "bob", "eve")]
    organization_id = await society.founds(ada)
    await society.employs(organization_id, bob.user_id, Role.MANAGER)
    command = AddMemberCommand(user_id=eve.user_id, role=Role.ADMIN)

    with pytest.raises(Forbidden):
        await add_member(await society.actor(bob), organization_id, command)
    with pytest.raises(NotFound):
        await add_member(await society.actor(eve), organization_id, command)
