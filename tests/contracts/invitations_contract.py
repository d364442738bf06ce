"""What every store of invitations promises, and of members who work for some events."""

import dataclasses
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.system.ids import SystemIds
from application.identity.invitation_ports import BeginInvitations
from application.shared.scope import organizations
from domain.identity.errors import AlreadyInvited, InvitationNotFound
from domain.identity.invitation import Invitation
from domain.identity.organization import Organization
from domain.identity.team import Membership
from domain.identity.user import Email, User
from domain.shared.errors import StaleVersion
from domain.shared.ids import EventId, InvitationId, OrganizationId, UserId
from domain.shared.permissions import Role
from tests.contracts.identity_contract import NOON, a_membership, a_user, an_organization, keep

IDS = SystemIds()
FEST = EventId(UUID(int=1))
HOUR = timedelta(hours=1)


def an_invitation(
    organization: Organization, by: User, email: str = "Bob@Example.com"
) -> Invitation:
    return Invitation.write(
        InvitationId(IDS.new()),
        organization.id,
        Email(email),
        Role.SUPPORT,
        event_ids=(FEST,),
        by=by.id,
        at=NOON,
    )


async def a_house(begin: BeginInvitations, slug: str = "rock") -> tuple[Organization, User]:
    organization, owner = an_organization(slug), a_user(f"{slug}@example.com")
    await keep(begin, organization, owner, a_membership(organization, owner))
    return organization, owner


class InvitationsContract:
    async def test_an_invitation_comes_back_equal(self, begin: BeginInvitations) -> None:
        house, owner = await a_house(begin)
        invitation = an_invitation(house, owner)
        async with begin(organizations([house.id])) as tx:
            await tx.invitations.add(invitation)
        invitation.send_again(by=owner.id, at=NOON + timedelta(minutes=1))
        invitation.accept(owner.id, round=2, at=NOON + HOUR)
        async with begin(organizations([house.id])) as tx:
            await tx.invitations.save(invitation)

        async with begin(organizations([house.id])) as tx:
            assert await tx.invitations.lock(house.id, invitation.id) == invitation

    async def test_it_is_found_in_its_own_organization_alone(self, begin: BeginInvitations) -> None:
        (house, owner), (other, _) = await a_house(begin), await a_house(begin, "folk")
        invitation = an_invitation(house, owner)
        async with begin(organizations([house.id])) as tx:
            await tx.invitations.add(invitation)

        async with begin(organizations([house.id])) as tx:
            assert await tx.invitations.open_to(house.id, "bob@example.com") == invitation
            assert await tx.invitations.open_to(other.id, "bob@example.com") is None
            with pytest.raises(InvitationNotFound):
                await tx.invitations.lock(other.id, invitation.id)

    async def test_an_address_has_one_open_invitation(self, begin: BeginInvitations) -> None:
        house, owner = await a_house(begin)
        first = an_invitation(house, owner)
        async with begin(organizations([house.id])) as tx:
            await tx.invitations.add(first)

        with pytest.raises(AlreadyInvited):
            async with begin(organizations([house.id])) as tx:
                await tx.invitations.add(an_invitation(house, owner, "bob@example.com"))
        async with begin(organizations([house.id])) as tx:
            first.revoke(at=NOON)
            await tx.invitations.save(first)
            await tx.invitations.add(an_invitation(house, owner))

    async def test_an_old_version_is_not_saved(self, begin: BeginInvitations) -> None:
        house, owner = await a_house(begin)
        invitation = an_invitation(house, owner)
        async with begin(organizations([house.id])) as tx:
            await tx.invitations.add(invitation)
        old = dataclasses.replace(invitation)
        async with begin(organizations([house.id])) as tx:
            await tx.invitations.save(invitation)

        with pytest.raises(StaleVersion):
            async with begin(organizations([house.id])) as tx:
                await tx.invitations.save(old)

    async def test_members_are_known_by_their_address(self, begin: BeginInvitations) -> None:
        (house, _), (other, _) = await a_house(begin), await a_house(begin, "folk")

        async with begin(organizations([house.id])) as tx:
            assert await tx.invitations.has_member(house.id, "rock@example.com")
            assert not await tx.invitations.has_member(other.id, "rock@example.com")
            assert not await tx.invitations.has_member(house.id, "bob@example.com")

    async def test_a_limit_is_kept_with_its_member(self, begin: BeginInvitations) -> None:
        house, _ = await a_house(begin)
        bob = a_user("bob@example.com")
        await keep(begin, bob)
        async with begin(organizations([house.id])) as tx:
            team = await tx.teams.lock(house.id)
            limited = team.add(bob.id, Role.SCANNER, by=Role.OWNER, at=NOON, event_ids=(FEST,))
            await tx.teams.add(limited)
        assert (await _member(begin, house.id, bob.id)).event_ids == (FEST,)

        async with begin(organizations([house.id])) as tx:
            team = await tx.teams.lock(house.id)
            free = team.change(bob.id, role=Role.MANAGER, event_ids=None, by=Role.OWNER)
            await tx.teams.save(free)

        assert await _member(begin, house.id, bob.id) == free


async def _member(begin: BeginInvitations, house: OrganizationId, who: UserId) -> Membership:
    async with begin(organizations([house])) as tx:
        return (await tx.teams.lock(house)).get(who)
