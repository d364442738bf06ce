from uuid import UUID

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.add_member import AddMember, AddMemberCommand
from application.identity.ports import BeginIdentity
from domain.identity.errors import (
    AlreadyMember,
    InvalidEventLimit,
    InviteByEmail,
    UserNotFound,
)
from domain.shared.errors import Forbidden, NotFound
from domain.shared.ids import EventId, UserId
from domain.shared.permissions import Role
from tests.application.identity.people import Society

NOBODY = UserId(UUID(int=7))


@pytest.fixture
def add_member(begin: BeginIdentity, tokens: RememberedAccessTokens) -> AddMember:
    return AddMember(begin, tokens)


async def test_the_platform_puts_somebody_to_work_at_once(
    society: Society, add_member: AddMember
) -> None:
    ada, bob, operator = [await society.joins(name) for name in ("ada", "bob", "operator")]
    organization_id = await society.founds(ada)
    await society.promote(operator.user_id)
    assert (await society.actor(bob)).memberships == {}

    await add_member(
        await society.actor(operator),
        organization_id,
        AddMemberCommand(user_id=bob.user_id, role=Role.SCANNER),
    )

    assert (await society.actor(bob)).memberships == {organization_id: Role.SCANNER}


async def test_whoever_cannot_be_a_member_is_refused(
    society: Society, add_member: AddMember, memory: MemoryDatabase
) -> None:
    ada, operator = await society.joins("ada"), await society.joins("operator")
    organization_id = await society.founds(ada)
    await society.promote(operator.user_id)
    actor = await society.actor(operator)
    foreign = (EventId(UUID(int=9)),)

    for command, refusal in (
        (AddMemberCommand(user_id=NOBODY, role=Role.ADMIN), UserNotFound),
        (AddMemberCommand(user_id=ada.user_id, role=Role.ADMIN), AlreadyMember),
        (
            AddMemberCommand(user_id=operator.user_id, role=Role.SCANNER, event_ids=foreign),
            InvalidEventLimit,
        ),
    ):
        with pytest.raises(refusal):
            await add_member(actor, organization_id, command)

    assert await society.roles(organization_id) == {ada.user_id: Role.OWNER}


async def test_owners_invite_managers_may_not_and_strangers_find_nothing(
    society: Society, add_member: AddMember
) -> None:
    ada, bob, eve = [await society.joins(name) for name in ("ada", "bob", "eve")]
    organization_id = await society.founds(ada)
    await society.employs(organization_id, bob.user_id, Role.MANAGER)
    command = AddMemberCommand(user_id=eve.user_id, role=Role.ADMIN)

    with pytest.raises(InviteByEmail):
        await add_member(await society.actor(ada), organization_id, command)
    with pytest.raises(Forbidden):
        await add_member(await society.actor(bob), organization_id, command)
    with pytest.raises(NotFound):
        await add_member(await society.actor(eve), organization_id, command)
