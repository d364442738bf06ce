from uuid import UUID

import msgspec
import pytest

from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.ports import BeginIdentity
from application.identity.remove_member import RemoveMember
from domain.identity.errors import LastOwner, MemberNotFound, OwnersOnly
from domain.shared.errors import Forbidden, NotFound, PersonRequired
from domain.shared.ids import UserId
from domain.shared.permissions import Permission, Role
from tests.application.identity.people import Society


@pytest.fixture
def remove_member(begin: BeginIdentity, tokens: RememberedAccessTokens) -> RemoveMember:
    return RemoveMember(begin, tokens)


async def test_a_removed_member_has_no_say_at_once(
    society: Society, remove_member: RemoveMember
) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    organization_id = await society.founds(ada)
    await society.employs(organization_id, bob.user_id, Role.MANAGER)
    assert (await society.actor(bob)).memberships

    await remove_member(await society.actor(ada), organization_id, bob.user_id)

    assert (await society.actor(bob)).memberships == {}
    assert await society.roles(organization_id) == {ada.user_id: Role.OWNER}


async def test_the_last_owner_stays(society: Society, remove_member: RemoveMember) -> None:
    ada = await society.joins("ada")
    organization_id = await society.founds(ada)

    with pytest.raises(LastOwner):
        await remove_member(await society.actor(ada), organization_id, ada.user_id)

    assert await society.roles(organization_id) == {ada.user_id: Role.OWNER}


async def test_who_is_no_member_is_not_found(society: Society, remove_member: RemoveMember) -> None:
    ada = await society.joins("ada")
    organization_id = await society.founds(ada)

    with pytest.raises(MemberNotFound):
        await remove_member(await society.actor(ada), organization_id, UserId(UUID(int=7)))


async def test_an_admin_removes_no_owners(society: Society, remove_member: RemoveMember) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    organization_id = await society.founds(ada)
    await society.employs(organization_id, bob.user_id, Role.ADMIN)

    with pytest.raises(OwnersOnly):
        await remove_member(await society.actor(bob), organization_id, ada.user_id)


async def test_a_manager_may_not_and_a_stranger_finds_nothing(
    society: Society, remove_member: RemoveMember
) -> None:
    ada, bob, eve = [await society.joins(name) for name in ("ada", "bob", "eve")]
    organization_id = await society.founds(ada)
    await society.employs(organization_id, bob.user_id, Role.MANAGER)

    with pytest.raises(Forbidden):
        await remove_member(await society.actor(bob), organization_id, ada.user_id)
    with pytest.raises(NotFound):
        await remove_member(await society.actor(eve), organization_id, ada.user_id)


async def test_everybody_leaves_themselves_and_no_application_for_them(
    society: Society, remove_member: RemoveMember
) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    organization_id = await society.founds(ada)
    await society.employs(organization_id, bob.user_id, Role.SCANNER)
    person = await society.actor(bob)
    application = msgspec.structs.replace(
        person, powers=frozenset({Permission.EVENTS_VIEW}), personal=frozenset()
    )

    with pytest.raises(PersonRequired):
        await remove_member(application, organization_id, bob.user_id)
    await remove_member(person, organization_id, bob.user_id)

    assert await society.roles(organization_id) == {ada.user_id: Role.OWNER}
