from types import SimpleNamespace
from uuid import UUID

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.change_member import ChangeMember, ChangeMemberCommand
from application.identity.ports import BeginIdentity
from domain.identity.errors import (
    InvalidEventLimit,
    LastOwner,
    MemberNotFound,
    NothingToChange,
    OwnersOnly,
)
from domain.shared.errors import DomainError, Forbidden, NotFound
from domain.shared.ids import EventId
from domain.shared.permissions import Role
from tests.application.identity.people import Society

FEST, BALL = EventId(UUID(int=1)), EventId(UUID(int=2))


@pytest.fixture
def change_member(begin: BeginIdentity, tokens: RememberedAccessTokens) -> ChangeMember:
    return ChangeMember(begin, tokens)


async def test_a_member_is_promoted_limited_and_set_free_at_once(
    society: Society, change_member: ChangeMember, memory: MemoryDatabase
) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    rock = await society.founds(ada)
    await society.employs(rock, bob.user_id, Role.SCANNER)
    memory.table("events").put(FEST, SimpleNamespace(id=FEST, organization_id=rock))
    actor = await society.actor(ada)

    command = ChangeMemberCommand(role=Role.MANAGER, event_ids=(FEST,))
    await change_member(actor, rock, bob.user_id, command)

    limited = await society.actor(bob)
    assert limited.memberships == {rock: Role.MANAGER}
    assert limited.limited_to == {rock: frozenset({FEST})}
    await change_member(actor, rock, bob.user_id, ChangeMemberCommand(role=Role.SUPPORT))
    assert (await society.actor(bob)).limited_to == {rock: frozenset({FEST})}
    await change_member(actor, rock, bob.user_id, ChangeMemberCommand(event_ids=None))
    assert (await society.actor(bob)).limited_to == {}


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (ChangeMemberCommand(), NothingToChange),
        (ChangeMemberCommand(event_ids=(BALL,)), InvalidEventLimit),
        (ChangeMemberCommand(event_ids=()), InvalidEventLimit),
        (ChangeMemberCommand(role=Role.ADMIN, event_ids=(FEST,)), InvalidEventLimit),
    ],
)
async def test_what_makes_no_sense_changes_nothing(
    society: Society,
    change_member: ChangeMember,
    memory: MemoryDatabase,
    command: ChangeMemberCommand,
    refusal: type[DomainError],
) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    rock = await society.founds(ada)
    await society.employs(rock, bob.user_id, Role.SCANNER)
    memory.table("events").put(FEST, SimpleNamespace(id=FEST, organization_id=rock))

    with pytest.raises(refusal):
        await change_member(await society.actor(ada), rock, bob.user_id, command)

    assert (await society.actor(bob)).memberships == {rock: Role.SCANNER}
    assert (await society.actor(bob)).limited_to == {}


async def test_nobody_rises_above_whoever_lifts_them(
    society: Society, change_member: ChangeMember
) -> None:
    ada, bob, cem = [await society.joins(name) for name in ("ada", "bob", "cem")]
    rock = await society.founds(ada)
    await society.employs(rock, bob.user_id, Role.ADMIN)
    await society.employs(rock, cem.user_id, Role.MANAGER)
    admin = await society.actor(bob)
    to_owner = ChangeMemberCommand(role=Role.OWNER)

    for member in (bob, cem):
        with pytest.raises(OwnersOnly):
            await change_member(admin, rock, member.user_id, to_owner)
    with pytest.raises(OwnersOnly):
        await change_member(admin, rock, ada.user_id, ChangeMemberCommand(role=Role.ADMIN))
    with pytest.raises(Forbidden):
        await change_member(await society.actor(cem), rock, cem.user_id, to_owner)
    await change_member(await society.actor(ada), rock, bob.user_id, to_owner)

    assert (await society.roles(rock))[bob.user_id] is Role.OWNER


async def test_the_last_owner_stays_one(society: Society, change_member: ChangeMember) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    actor = await society.actor(ada)

    with pytest.raises(LastOwner):
        await change_member(actor, rock, ada.user_id, ChangeMemberCommand(role=Role.ADMIN))


async def test_strangers_are_nowhere_found(society: Society, change_member: ChangeMember) -> None:
    ada, eve = await society.joins("ada"), await society.joins("eve")
    rock = await society.founds(ada)
    command = ChangeMemberCommand(role=Role.ADMIN)

    with pytest.raises(MemberNotFound):
        await change_member(await society.actor(ada), rock, eve.user_id, command)
    with pytest.raises(NotFound):
        await change_member(await society.actor(eve), rock, ada.user_id, command)
