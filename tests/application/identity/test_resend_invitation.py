from datetime import timedelta

import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.invite_member import SEND_INVITATION
from application.identity.resend_invitation import ResendInvitation
from application.shared.scope import PUBLIC
from domain.identity.errors import InvitationClosed, InvitationNotFound, TooManyInvitations
from domain.shared.errors import NotFound
from domain.shared.permissions import Role
from tests.application.identity.invited import Post
from tests.application.identity.people import Society
from tests.conftest import VirtualClock


@pytest.fixture
def post(memory: MemoryDatabase, society: Society) -> Post:
    return Post(memory, society)


async def test_it_is_sent_again_with_another_seven_days(
    society: Society, post: Post, memory: MemoryDatabase, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    invitation_id = await post.invites(await society.actor(ada), rock)
    clock.advance(timedelta(minutes=10))

    await ResendInvitation(post.begin)(await society.actor(ada), rock, invitation_id)

    invitation = await post.invitation(rock, invitation_id)
    assert (invitation.round, invitation.expires_at) == (2, clock() + timedelta(days=7))
    mails = [told for job, told in memory.jobs if job == SEND_INVITATION]
    assert [told["round"] for told in mails] == [1, 2]


async def test_three_times_an_hour_at_most(society: Society, post: Post) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    actor = await society.actor(ada)
    invitation_id = await post.invites(actor, rock)
    resend = ResendInvitation(post.begin)
    for _ in range(2):
        await resend(actor, rock, invitation_id)

    with pytest.raises(TooManyInvitations):
        await resend(actor, rock, invitation_id)

    assert (await post.invitation(rock, invitation_id)).round == 3


async def test_strangers_and_other_organizations_find_nothing(society: Society, post: Post) -> None:
    ada, eve = await society.joins("ada"), await society.joins("eve")
    rock, own = await society.founds(ada), await society.founds(eve, "Own")
    invitation_id = await post.invites(await society.actor(ada), rock)
    resend = ResendInvitation(post.begin)

    with pytest.raises(NotFound):
        await resend(await society.actor(eve), rock, invitation_id)
    with pytest.raises(InvitationNotFound):
        await resend(await society.actor(eve), own, invitation_id)


async def test_what_was_answered_is_not_sent(society: Society, post: Post) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    rock = await society.founds(ada)
    invitation_id = await post.invites(await society.actor(ada), rock)
    await post.accept(await society.actor(bob), post.token(rock, invitation_id))

    with pytest.raises(InvitationClosed):
        await ResendInvitation(post.begin)(await society.actor(ada), rock, invitation_id)


async def test_it_counts_on_the_word_of_who_sends_it(society: Society, post: Post) -> None:
    ada, bob, cem = [await society.joins(name) for name in ("ada", "bob", "cem")]
    rock = await society.founds(ada)
    await society.employs(rock, bob.user_id, Role.ADMIN)
    invitation_id = await post.invites(await society.actor(bob), rock)
    async with post.begin(PUBLIC) as tx:
        team = await tx.teams.lock(rock)
        await tx.teams.remove(team.members[bob.user_id])
    with pytest.raises(InvitationClosed):
        await post.accept(await society.actor(cem), post.token(rock, invitation_id))

    await ResendInvitation(post.begin)(await society.actor(ada), rock, invitation_id)
    await post.accept(await society.actor(cem), post.token(rock, invitation_id, round=2))

    assert cem.user_id in await society.roles(rock)
