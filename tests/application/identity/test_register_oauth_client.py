import msgspec
import pytest

from domain.identity.api_key_errors import ScopesNotYours
from domain.identity.oauth_client import LIVING_MAX
from domain.identity.oauth_errors import (
    InvalidOAuthScope,
    InvalidRedirectUri,
    TooManyOAuthClients,
)
from domain.shared.errors import Forbidden
from domain.shared.permissions import Permission, Role
from domain.shared.secret_text import SecretKind, hash_of_secret, kind_of
from tests.application.identity.oauth_scene import OAuthScene


async def test_a_confidential_client_has_a_secret_that_is_kept_as_a_hash(oauth: OAuthScene) -> None:
    issued = await oauth.register()

    assert kind_of(issued.secret or "") is SecretKind.CLIENT
    async with oauth.begin(oauth.owner.within(oauth.organization_id)) as tx:
        client = await tx.oauth_clients.living(issued.client_id)
    assert client.secret_hash == hash_of_secret(issued.secret or "")


async def test_a_public_client_has_none(oauth: OAuthScene) -> None:
    assert (await oauth.register(is_confidential=False)).secret is None


async def test_nobody_registers_more_than_they_may_do(oauth: OAuthScene) -> None:
    powers = frozenset({Permission.INTEGRATIONS_MANAGE})
    actor = msgspec.structs.replace(oauth.owner, powers=powers)

    with pytest.raises(ScopesNotYours):
        await oauth.register(actor)
    await oauth.register(actor, scopes=["profile"])


@pytest.mark.parametrize("scopes", [[], ["everything"], ["members_manage"]])
async def test_scopes_are_those_that_can_be_given(oauth: OAuthScene, scopes: list[str]) -> None:
    with pytest.raises(InvalidOAuthScope):
        await oauth.register(scopes=scopes)


async def test_an_address_is_safe(oauth: OAuthScene) -> None:
    with pytest.raises(InvalidRedirectUri):
        await oauth.register(redirect_uris=["http://app.example/"])
    await oauth.register(redirect_uris=["http://localhost:3000/", "http://127.0.0.1/back"])


async def test_there_are_so_many_and_no_more(oauth: OAuthScene) -> None:
    for _ in range(LIVING_MAX):
        await oauth.register()

    with pytest.raises(TooManyOAuthClients):
        await oauth.register()


async def test_it_takes_the_right(oauth: OAuthScene) -> None:
    with pytest.raises(Forbidden):
        await oauth.register(await oauth.member(Role.MANAGER))
