import pytest

from application.identity.oauth_ports import Authenticated
from application.identity.revoke_token import RevokeToken
from domain.identity.oauth_errors import InvalidClient, InvalidGrant
from tests.application.identity.oauth_scene import TOKENS, OAuthScene


async def test_an_access_token_ends_alone_and_a_refresh_token_with_all(oauth: OAuthScene) -> None:
    issued, other = await oauth.register(), await oauth.register()
    revoke = RevokeToken(oauth.begin, oauth.forgotten, TOKENS)
    me, stranger = (Authenticated(one.client_id, one.secret) for one in (issued, other))
    tokens = await oauth.tokens(issued)

    await revoke(stranger, tokens.access_token)
    await revoke(me, "unknown")
    assert len((await oauth.grant_of(tokens.access_token)).tokens) == 1

    await revoke(me, tokens.access_token)
    with pytest.raises(InvalidGrant):
        await oauth.grant_of(tokens.access_token)
    assert (await oauth.grant_of(str(tokens.refresh_token))).ended_at is None

    await revoke(me, str(tokens.refresh_token))
    assert (await oauth.grant_of(str(tokens.refresh_token))).ended_at is not None
    with pytest.raises(InvalidClient):
        await revoke(Authenticated(issued.client_id, None), tokens.access_token)


async def test_a_refresh_token_that_was_replaced_ends_all_too(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    first = await oauth.tokens(issued)
    second = await oauth.refresh(issued, await oauth.refresh(issued, first))
    revoke = RevokeToken(oauth.begin, oauth.forgotten, TOKENS)

    await revoke(Authenticated(issued.client_id, issued.secret), str(first.refresh_token))

    assert (await oauth.grant_of(str(second.refresh_token))).ended_at is not None
