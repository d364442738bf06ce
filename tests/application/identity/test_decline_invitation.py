import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.decline_invitation import DeclineInvitation
from domain.identity.errors import InvitationClosed, InvitationNotFound
from domain.identity.invitation import InvitationStatus
from tests.application.identity.invited import Post
from tests.application.identity.people import Society


async def test_no_is_said_once_and_needs_no_account(
    society: Society, memory: MemoryDatabase
) -> None:
    post = Post(memory, society)
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    invitation_id = await post.invites(await society.actor(ada), rock)
    decline = DeclineInvitation(post.begin, post.tokens)

    await decline(post.token(rock, invitation_id))

    declined = await post.invitation(rock, invitation_id)
    assert declined.status is InvitationStatus.DECLINED
    with pytest.raises(InvitationClosed):
        await decline(post.token(rock, invitation_id))
    with pytest.raises(InvitationNotFound):
        await decline("nothing of ours")
