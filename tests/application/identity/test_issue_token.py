from datetime import timedelta
from typing import Any

import pytest

from domain.identity.oauth_errors import (
    InvalidClient,
    InvalidGrant,
    InvalidOAuthRequest,
    ScopeRefused,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from tests.application.identity.oauth_scene import OAuthScene
from tests.conftest import VirtualClock


async def test_a_code_becomes_tokens_once(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    code = await oauth.code(issued)
    tokens = await oauth.exchange(issued, code)
    grant = await oauth.grant_of(tokens.access_token)
    assert len(grant.tokens) == 1

    with pytest.raises(InvalidGrant):
        await oauth.exchange(issued, code)

    ended = await oauth.grant_of(str(tokens.refresh_token))
    assert ended.ended_at is not None
    assert ended.tokens == ()
    assert oauth.forgotten.ids == [grant.id]


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "w" * 43}, {"redirect_uri": "https://app.example/other"}],
)
async def test_a_code_is_bound(oauth: OAuthScene, changes: dict[str, Any]) -> None:
    issued = await oauth.register()
    code = await oauth.code(issued)

    with pytest.raises(InvalidGrant):
        await oauth.exchange(issued, code, **changes)
    await oauth.exchange(issued, code)


async def test_a_stolen_code_is_worth_nothing_to_another_client(oauth: OAuthScene) -> None:
    mine, other = await oauth.register(), await oauth.register()
    code = await oauth.code(mine)
    tokens = await oauth.exchange(mine, code)

    with pytest.raises(InvalidGrant):
        await oauth.exchange(other, code)

    assert (await oauth.grant_of(tokens.access_token)).ended_at is None


async def test_a_code_expires(oauth: OAuthScene, clock: VirtualClock) -> None:
    issued = await oauth.register()
    code = await oauth.code(issued)
    clock.advance(timedelta(seconds=60))

    with pytest.raises(InvalidGrant):
        await oauth.exchange(issued, code)


async def test_a_refresh_token_is_used_once(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    first = await oauth.tokens(issued)
    second = await oauth.issue(issued, "refresh_token", refresh_token=first.refresh_token)
    assert second.refresh_token != first.refresh_token

    with pytest.raises(InvalidGrant):
        await oauth.issue(issued, "refresh_token", refresh_token=first.refresh_token)
    with pytest.raises(InvalidGrant):
        await oauth.issue(issued, "refresh_token", refresh_token=second.refresh_token)


async def test_a_refreshed_token_may_do_no_more(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    token = (await oauth.tokens(issued)).refresh_token

    with pytest.raises(ScopeRefused):
        await oauth.issue(issued, "refresh_token", refresh_token=token, scope="profile events_view")
    await oauth.issue(issued, "refresh_token", refresh_token=token, scope="profile")


async def test_a_client_acts_for_its_organisation_and_for_nobody(
    oauth: OAuthScene, clock: VirtualClock
) -> None:
    issued = await oauth.register()

    tokens = await oauth.issue(issued, "client_credentials")

    assert tokens.scope == "events_view"
    assert (await oauth.grant_of(tokens.access_token)).user_id is None
    with pytest.raises(ScopeRefused):
        await oauth.issue(issued, "client_credentials", scope="profile")
    clock.advance(timedelta(minutes=15))
    await oauth.issue(issued, "client_credentials")
    with pytest.raises(InvalidGrant):  # What expired is dropped with the next.
        await oauth.grant_of(tokens.access_token)


async def test_clients_prove_who_they_are(oauth: OAuthScene) -> None:
    issued, public = await oauth.register(), await oauth.register(is_confidential=False)

    for secret in (None, "wrong"):
        with pytest.raises(InvalidClient):
            await oauth.issue(type(issued)(issued.client_id, secret), "client_credentials")
    with pytest.raises(InvalidClient):
        await oauth.issue(type(public)(public.client_id, "any"), "client_credentials")
    with pytest.raises(UnauthorizedClient):
        await oauth.issue(public, "client_credentials")


async def test_what_is_no_request_is_told_so(oauth: OAuthScene) -> None:
    issued = await oauth.register()

    for grant_type in ("", "authorization_code", "refresh_token"):
        with pytest.raises(InvalidOAuthRequest):
            await oauth.issue(issued, grant_type)
    with pytest.raises(UnsupportedGrantType):
        await oauth.issue(issued, "password")
