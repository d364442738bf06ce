import pytest

from adapters.system.ids import SystemIds
from application.identity.rotate_oauth_client_secret import RotateOauthClientSecret
from domain.identity.oauth_errors import InvalidClient, NoSecretToRotate
from domain.shared.errors import Forbidden
from domain.shared.permissions import Role
from tests.application.identity.oauth_scene import OAuthScene


async def test_the_old_secret_proves_nothing_any_more(oauth: OAuthScene) -> None:
    old = await oauth.register()
    rotate = RotateOauthClientSecret(oauth.begin, SystemIds())

    new = await rotate(oauth.owner, oauth.organization_id, old.client_id)

    with pytest.raises(InvalidClient):
        await oauth.issue(old, "client_credentials")
    await oauth.issue(new, "client_credentials")


async def test_a_public_client_has_none_and_managers_may_not(oauth: OAuthScene) -> None:
    public = await oauth.register(is_confidential=False)
    rotate = RotateOauthClientSecret(oauth.begin, SystemIds())

    with pytest.raises(NoSecretToRotate):
        await rotate(oauth.owner, oauth.organization_id, public.client_id)
    manager = await oauth.member(Role.MANAGER)
    with pytest.raises(Forbidden):
        await rotate(manager, oauth.organization_id, public.client_id)
