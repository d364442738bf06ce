"""DS-12 for invitations, and AU-11: nothing tells whether an address has an account."""

from datetime import timedelta
from uuid import UUID

import pytest

from adapters.memory.database import MemoryDatabase
from domain.identity.errors import (
    AlreadyInvited,
    AlreadyMember,
    EmailUnverified,
    InvalidEventLimit,
    OwnersOnly,
    TooManyInvitations,
)
from domain.identity.invitation import InvitationStatus
from domain.shared.email import InvalidEmail
from domain.shared.errors import Forbidden, NotFound
from domain.shared.ids import EventId
from domain.shared.permissions import Role
from tests.application.identity.invited import Post
from tests.application.identity.people import Society
from tests.conftest import VirtualClock


@pytest.fixture
def post(memory: MemoryDatabase, society: Society) -> Post:
    return Post(memory, society)


async def test_an_invitation_is_kept_and_its_mail_is_asked_for(
    society: Society, post: Post, memory: MemoryDatabase, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)

    invitation_id = await post.invites(await society.actor(ada), rock, "Bob@Work.Example.com")

    invitation = await post.invitation(rock, invitation_id)
    assert invitation.email.key == "bob@work.example.com"
    assert invitation.status is InvitationStatus.INVITED
    assert invitation.expires_at == clock() + timedelta(days=7)
    assert await society.roles(rock) == {ada.user_id: Role.OWNER}
    [arguments] = [told for job, told in memory.jobs if job == "messaging.send_invitation"]
    assert arguments == {
        "organization_id": str(rock),
        "invitation_id": str(invitation_id),
        "round": 1,
    }


async def test_who_may_not_invite_leaves_no_trace(
    society: Society, post: Post, memory: MemoryDatabase
) -> None:
    ada, bob, cem, eve = [await society.joins(name) for name in ("ada", "bob", "cem", "eve")]
    rock = await society.founds(ada)
    await society.employs(rock, bob.user_id, Role.MANAGER)
    await society.employs(rock, cem.user_id, Role.ADMIN)

    with pytest.raises(Forbidden):
        await post.invites(await society.actor(bob), rock)
    with pytest.raises(NotFound):
        await post.invites(await society.actor(eve), rock)
    with pytest.raises(OwnersOnly):
        await post.invites(await society.actor(cem), rock, role=Role.OWNER)

    assert not list(memory.table("invitations").rows())


async def test_what_cannot_be_invited_is_refused(society: Society, post: Post) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    actor = await society.actor(ada)
    await post.invites(actor, rock, "bob@example.com")
    foreign = (EventId(UUID(int=9)),)

    with pytest.raises(InvalidEmail):
        await post.invites(actor, rock, "bob")
    with pytest.raises(AlreadyMember):
        await post.invites(actor, rock, "ADA@example.com")
    with pytest.raises(AlreadyInvited):
        await post.invites(actor, rock, "BOB@example.com")
    for role, events in ((Role.SUPPORT, foreign), (Role.SUPPORT, ()), (Role.ADMIN, foreign)):
        with pytest.raises(InvalidEventLimit):
            await post.invites(actor, rock, "cem@example.com", role, events)


async def test_an_invitation_that_is_over_makes_room_for_another(
    society: Society, post: Post, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    first = await post.invites(await society.actor(ada), rock)
    clock.advance(timedelta(days=7))
    ada = await society.logs_in("ada")

    second = await post.invites(await society.actor(ada), rock)

    assert (await post.invitation(rock, first)).status is InvitationStatus.REVOKED
    assert (await post.invitation(rock, second)).status is InvitationStatus.INVITED


async def test_an_address_gets_three_mails_an_hour_from_everybody(
    society: Society, post: Post, memory: MemoryDatabase, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    houses = [await society.founds(ada, name) for name in ("A", "B", "C", "D")]
    actor = await society.actor(ada)
    for house in houses[:3]:
        await post.invites(actor, house)

    with pytest.raises(TooManyInvitations) as refused:
        await post.invites(actor, houses[3])

    assert refused.value.facts["retry_after"] == 3600
    assert len(list(memory.table("invitations").rows())) == 3
    clock.advance(timedelta(hours=1))
    actor = await society.actor(await society.logs_in("ada"))
    await post.invites(actor, houses[3])


async def test_an_organization_sends_so_many_mails_an_hour(society: Society, post: Post) -> None:
    """And so does a person, for however many organisations."""
    ada, bob = await society.joins("ada"), await society.joins("bob")
    rock, folk = await society.founds(ada), await society.founds(ada, "Folk")
    for house in (rock, folk):
        await society.employs(house, bob.user_id, Role.ADMIN)
    for number in range(100):
        await post.invites(await society.actor(ada), rock, f"a{number}@example.com")

    for signed_in, house in ((ada, rock), (bob, rock), (ada, folk)):
        with pytest.raises(TooManyInvitations):
            await post.invites(await society.actor(signed_in), house, "dan@example.com")

    await post.invites(await society.actor(bob), folk, "dan@example.com")


async def test_who_has_not_verified_an_address_writes_to_nobody(
    society: Society, post: Post, memory: MemoryDatabase
) -> None:
    eve = await society.joins("eve", is_verified=False)
    street = await society.founds(eve)

    with pytest.raises(EmailUnverified):
        await post.invites(await society.actor(eve), street)

    assert not list(memory.table("invitations").rows())


async def test_a_mailbox_is_one_under_all_its_tags(society: Society, post: Post) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    actor = await society.actor(ada)
    for tag in ("", "+a", "+b"):
        await post.invites(actor, rock, f"victim{tag}@example.com")

    with pytest.raises(TooManyInvitations):
        await post.invites(actor, rock, "Victim+c@example.com")
    await post.invites(actor, rock, "victima@example.com")
