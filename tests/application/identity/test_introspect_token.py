import pytest

from application.identity.introspect_token import IntrospectToken
from application.identity.oauth_ports import Authenticated, IntrospectedToken
from domain.identity.oauth_errors import InvalidClient
from tests.application.identity.oauth_scene import ISSUER, TOKENS, OAuthScene

UNKNOWN = IntrospectedToken(active=False)


async def test_a_client_is_told_of_its_own_tokens_alone(oauth: OAuthScene) -> None:
    issued, other = await oauth.register(), await oauth.register()
    public = await oauth.register(is_confidential=False)
    ask = IntrospectToken(oauth.begin, ISSUER, TOKENS)
    me, stranger = (Authenticated(one.client_id, one.secret) for one in (issued, other))
    tokens = await oauth.tokens(issued)

    told = await ask(me, tokens.access_token)

    assert (told.active, told.scope, told.iss) == (True, "profile", ISSUER)
    assert told.sub == str(oauth.owner.user_id)
    assert (await ask(me, str(tokens.refresh_token))).active
    assert await ask(stranger, tokens.access_token) == UNKNOWN
    assert await ask(me, "unknown") == UNKNOWN
    with pytest.raises(InvalidClient):
        await ask(Authenticated(public.client_id, None), tokens.access_token)


async def test_a_refresh_token_that_was_replaced_is_active_no_more(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    first = await oauth.tokens(issued)
    second = await oauth.refresh(issued, first)
    ask = IntrospectToken(oauth.begin, ISSUER, TOKENS)
    me = Authenticated(issued.client_id, issued.secret)

    assert await ask(me, str(first.refresh_token)) == UNKNOWN
    assert (await ask(me, str(second.refresh_token))).active
