from uuid import UUID

import pytest

from application.identity.update_oauth_client import UpdateOauthClient, UpdateOauthClientCommand
from domain.identity.oauth_errors import (
    InvalidOAuthScope,
    InvalidRedirectUri,
    OAuthClientNotFound,
)
from domain.shared.errors import Forbidden
from domain.shared.ids import OAuthClientId
from domain.shared.permissions import Role
from tests.application.identity.oauth_scene import BACK, OAuthScene


async def test_an_address_that_was_taken_away_is_no_more_returned_to(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    update = UpdateOauthClient(oauth.begin, oauth.forgotten)

    command = UpdateOauthClientCommand(redirect_uris=["https://other.example/"], scopes=["profile"])
    await update(oauth.owner, oauth.organization_id, issued.client_id, command)

    with pytest.raises(InvalidRedirectUri):
        await oauth.sent_back(issued.client_id, redirect_uri=BACK)
    with pytest.raises(InvalidOAuthScope):
        await oauth.sent_back(
            issued.client_id, redirect_uri="https://other.example/", scope="events_view"
        )


async def test_it_takes_the_right(oauth: OAuthScene) -> None:
    issued, update = await oauth.register(), UpdateOauthClient(oauth.begin, oauth.forgotten)
    command = UpdateOauthClientCommand(name="Journal")

    with pytest.raises(Forbidden):
        manager = await oauth.member(Role.MANAGER)
        await update(manager, oauth.organization_id, issued.client_id, command)
    with pytest.raises(OAuthClientNotFound):
        nobodys = OAuthClientId(UUID(int=5))
        await update(oauth.owner, oauth.organization_id, nobodys, command)
