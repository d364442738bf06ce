import msgspec
import pytest

from application.identity.withdraw_authorization import WithdrawAuthorization
from domain.identity.oauth_errors import AuthorizationNotFound
from domain.shared.errors import PersonRequired
from domain.shared.permissions import Role
from tests.application.identity.oauth_scene import OAuthScene


async def test_it_ends_with_all_its_tokens(oauth: OAuthScene) -> None:
    tokens = await oauth.tokens(await oauth.register())
    grant = await oauth.grant_of(tokens.access_token)
    withdraw = WithdrawAuthorization(oauth.begin, oauth.forgotten)
    stranger = await oauth.member(Role.OWNER)
    with pytest.raises(AuthorizationNotFound):
        await withdraw(stranger, grant.id)
    with pytest.raises(PersonRequired):
        application = msgspec.structs.replace(oauth.owner, personal=frozenset())
        await withdraw(application, grant.id)

    await withdraw(oauth.owner, grant.id)

    ended = await oauth.grant_of(str(tokens.refresh_token))
    assert (ended.ended_at is not None, ended.tokens) == (True, ())
    assert oauth.forgotten.ids == [grant.id]
