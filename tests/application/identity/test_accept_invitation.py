from datetime import timedelta

import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.ports import SignedIn
from application.identity.resend_invitation import ResendInvitation
from domain.identity.errors import (
    AlreadyMember,
    InvitationClosed,
    InvitationExpired,
    InvitationNotFound,
    OwnersOnly,
)
from domain.identity.invitation import InvitationStatus
from domain.identity.organization import OrganizationStatus
from domain.shared.errors import NotFound
from domain.shared.ids import OrganizationId
from domain.shared.permissions import OrganizationSuspended, Role
from tests.application.identity.invited import Post
from tests.application.identity.people import Society
from tests.conftest import VirtualClock


@pytest.fixture
def post(memory: MemoryDatabase, society: Society) -> Post:
    return Post(memory, society)


@pytest.fixture
async def ada(society: Society) -> SignedIn:
    return await society.joins("ada")


@pytest.fixture
async def rock(society: Society, ada: SignedIn) -> OrganizationId:
    return await society.founds(ada)


async def test_whoever_holds_the_token_comes_in_once(
    society: Society, post: Post, ada: SignedIn, rock: OrganizationId
) -> None:
    bob, eve = await society.joins("bob"), await society.joins("eve")
    invitation_id = await post.invites(await society.actor(ada), rock, "somebody@work.example.com")
    token = post.token(rock, invitation_id)

    assert await post.accept(await society.actor(bob), token) == rock

    assert (await society.actor(bob)).memberships == {rock: Role.SUPPORT}
    accepted = await post.invitation(rock, invitation_id)
    assert (accepted.status, accepted.accepted_by) == (InvitationStatus.ACCEPTED, bob.user_id)
    for again in (bob, eve):
        with pytest.raises(InvitationClosed):
            await post.accept(await society.actor(again), token)
    assert eve.user_id not in await society.roles(rock)


async def test_a_token_that_is_not_ours_opens_nothing(
    society: Society, post: Post, ada: SignedIn, rock: OrganizationId
) -> None:
    token = post.token(rock, await post.invites(await society.actor(ada), rock))

    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), "", "x" * 200, token + "A"):
        with pytest.raises(InvitationNotFound):
            await post.accept(await society.actor(ada), forged)


async def test_after_seven_days_it_is_over(
    society: Society, post: Post, ada: SignedIn, rock: OrganizationId, clock: VirtualClock
) -> None:
    await society.joins("bob")
    token = post.token(rock, await post.invites(await society.actor(ada), rock))
    clock.advance(timedelta(days=7))

    with pytest.raises(InvitationExpired):
        await post.accept(await society.actor(await society.logs_in("bob")), token)


async def test_only_the_newest_mail_counts(
    society: Society, post: Post, ada: SignedIn, rock: OrganizationId
) -> None:
    bob = await society.joins("bob")
    actor = await society.actor(ada)
    invitation_id = await post.invites(actor, rock)
    await ResendInvitation(post.begin)(actor, rock, invitation_id)

    with pytest.raises(InvitationExpired):
        await post.accept(await society.actor(bob), post.token(rock, invitation_id, 1))
    await post.accept(await society.actor(bob), post.token(rock, invitation_id, 2))


async def test_the_word_of_somebody_who_left_counts_no_more(
    society: Society, post: Post, ada: SignedIn, rock: OrganizationId
) -> None:
    bob, cem = await society.joins("bob"), await society.joins("cem")
    await society.employs(rock, bob.user_id, Role.ADMIN)
    token = post.token(rock, await post.invites(await society.actor(bob), rock))
    async with society.begin_of(rock) as tx:
        team = await tx.teams.lock(rock)
        await tx.teams.remove(team.remove(bob.user_id, by=Role.OWNER))

    with pytest.raises(InvitationClosed):
        await post.accept(await society.actor(cem), token)


async def test_whoever_is_an_admin_by_now_makes_no_owner(
    society: Society, post: Post, ada: SignedIn, rock: OrganizationId
) -> None:
    bob, cem = await society.joins("bob"), await society.joins("cem")
    await society.employs(rock, bob.user_id, Role.OWNER)
    owner = await post.invites(await society.actor(bob), rock, role=Role.OWNER)
    async with society.begin_of(rock) as tx:
        team = await tx.teams.lock(rock)
        demoted = team.change(bob.user_id, role=Role.ADMIN, event_ids=None, by=Role.OWNER)
        await tx.teams.save(demoted)

    with pytest.raises(OwnersOnly):
        await post.accept(await society.actor(cem), post.token(rock, owner))


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (OrganizationStatus.SUSPENDED, OrganizationSuspended),
        (OrganizationStatus.CLOSED, NotFound),
    ],
)
async def test_nobody_comes_into_a_house_that_is_shut(
    society: Society,
    post: Post,
    ada: SignedIn,
    rock: OrganizationId,
    status: OrganizationStatus,
    refusal: type[Exception],
) -> None:
    bob = await society.joins("bob")
    token = post.token(rock, await post.invites(await society.actor(ada), rock))
    async with society.begin_of(rock) as tx:
        organization = await tx.organizations.get(rock)
        organization.status = status
        await tx.organizations.save(organization)

    with pytest.raises(refusal):
        await post.accept(await society.actor(bob), token)


async def test_a_member_does_not_come_in_twice(
    society: Society, post: Post, ada: SignedIn, rock: OrganizationId
) -> None:
    token = post.token(rock, await post.invites(await society.actor(ada), rock))

    with pytest.raises(AlreadyMember):
        await post.accept(await society.actor(ada), token)

    assert await society.roles(rock) == {ada.user_id: Role.OWNER}
