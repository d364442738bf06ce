import pytest

from application.identity.revoke_oauth_client import RevokeOauthClient
from domain.identity.oauth_errors import InvalidClient, OAuthClientNotFound
from domain.shared.errors import Forbidden
from domain.shared.permissions import Role
from tests.application.identity.oauth_scene import OAuthScene


async def test_everything_that_it_was_given_ends(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    tokens = await oauth.tokens(issued)

    await RevokeOauthClient(oauth.begin, oauth.forgotten)(
        oauth.owner, oauth.organization_id, issued.client_id
    )

    grant = await oauth.grant_of(str(tokens.refresh_token))
    assert grant.ended_at is not None
    assert grant.tokens == ()
    assert oauth.forgotten.ids == [issued.client_id]
    with pytest.raises(InvalidClient):
        await oauth.issue(issued, "client_credentials")
    with pytest.raises(OAuthClientNotFound):
        await oauth.sent_back(issued.client_id)


async def test_it_takes_the_right(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    manager = await oauth.member(Role.MANAGER)

    with pytest.raises(Forbidden):
        await RevokeOauthClient(oauth.begin, oauth.forgotten)(
            manager, oauth.organization_id, issued.client_id
        )
