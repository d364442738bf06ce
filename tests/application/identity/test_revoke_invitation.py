import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.revoke_invitation import RevokeInvitation
from domain.identity.errors import InvitationClosed, InvitationNotFound
from domain.shared.errors import Forbidden
from domain.shared.permissions import Role
from tests.application.identity.invited import Post
from tests.application.identity.people import Society


async def test_what_was_taken_back_opens_nothing(society: Society, memory: MemoryDatabase) -> None:
    post = Post(memory, society)
    ada, bob, eve = [await society.joins(name) for name in ("ada", "bob", "eve")]
    rock, own = await society.founds(ada), await society.founds(eve, "Own")
    await society.employs(rock, bob.user_id, Role.MANAGER)
    invitation_id = await post.invites(await society.actor(ada), rock)
    revoke = RevokeInvitation(post.begin)

    with pytest.raises(Forbidden):
        await revoke(await society.actor(bob), rock, invitation_id)
    with pytest.raises(InvitationNotFound):
        await revoke(await society.actor(eve), own, invitation_id)
    await revoke(await society.actor(ada), rock, invitation_id)

    with pytest.raises(InvitationClosed):
        await post.accept(await society.actor(eve), post.token(rock, invitation_id))
    with pytest.raises(InvitationClosed):
        await revoke(await society.actor(ada), rock, invitation_id)
