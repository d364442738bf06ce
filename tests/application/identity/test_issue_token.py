from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from adapters.memory.database import MemoryDatabase
from adapters.system.ids import SystemIds
from adapters.tokens.identity.grant_tokens import SealedGrantTokens
from adapters.tokens.keyring import Keyring
from application.identity.issue_token import SHUT_OUT_JOB, IssueToken
from application.identity.oauth_ports import Authenticated, TokenRequest
from application.identity.ports import Client
from application.identity.revoke_token import RevokeToken
from domain.identity.grant import REFRESH_LIFETIME
from domain.identity.oauth_errors import (
    InvalidClient,
    InvalidGrant,
    InvalidOAuthRequest,
    ScopeRefused,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from domain.identity.refresh_family import GRACE
from domain.shared.ids import GrantId
from tests.application.identity.oauth_scene import HOME, TOKENS, OAuthScene
from tests.conftest import VirtualClock


async def test_a_code_becomes_tokens_once(oauth: OAuthScene, memory: MemoryDatabase) -> None:
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
    [told] = [arguments for name, arguments in memory.jobs if name == SHUT_OUT_JOB]
    assert (told["user_id"], told["application"]) == (str(oauth.owner.user_id), "Diary")


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


@pytest.mark.parametrize("generations", [1, 2, 5])
async def test_any_earlier_refresh_token_ends_everything(
    oauth: OAuthScene, clock: VirtualClock, generations: int
) -> None:
    issued = await oauth.register()
    chain = [await oauth.tokens(issued)]
    for _ in range(generations):
        chain.append(await oauth.refresh(issued, chain[-1]))
    grant = await oauth.grant_of(chain[-1].access_token)
    clock.advance(GRACE + timedelta(microseconds=1))

    with pytest.raises(InvalidGrant):
        await oauth.refresh(issued, chain[0])

    assert len({one.refresh_token for one in chain}) == generations + 1
    assert oauth.forgotten.ids == [grant.id]
    ended = await oauth.grant_of(str(chain[-1].refresh_token))
    assert (ended.ended_at, ended.tokens) == (clock(), ())
    with pytest.raises(InvalidGrant):
        await oauth.refresh(issued, chain[-1])


async def test_a_lost_answer_is_told_again_for_ten_seconds(
    oauth: OAuthScene, clock: VirtualClock
) -> None:
    issued = await oauth.register()
    first = await oauth.tokens(issued)
    second = await oauth.refresh(issued, first, sent_from=Client(ip="198.51.100.1"))
    clock.advance(GRACE)

    again = await oauth.refresh(issued, first)

    left = second.expires_in - int(GRACE.total_seconds())
    assert again == structs.replace(second, expires_in=left)
    assert len((await oauth.grant_of(second.access_token)).tokens) == 2
    assert (await oauth.refresh(issued, second)).refresh_token != second.refresh_token
    with pytest.raises(InvalidGrant):  # Two generations ago: no answer of it was lost.
        await oauth.refresh(issued, first)


async def test_an_answer_that_is_told_again_has_a_token_that_works(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    first = await oauth.tokens(issued)
    second = await oauth.refresh(issued, first)
    authenticated = Authenticated(issued.client_id, issued.secret)
    await RevokeToken(oauth.begin, oauth.forgotten, TOKENS)(authenticated, second.access_token)

    again = await oauth.refresh(issued, first)

    assert (await oauth.grant_of(again.access_token)).ended_at is None


@pytest.mark.parametrize(
    ("thief", "is_told"),
    [
        (HOME, True),
        (Client(ip="203.0.113.99", user_agent=HOME.user_agent), True),
        (Client(ip="198.51.100.1", user_agent=HOME.user_agent), False),
        (Client(ip=HOME.ip, user_agent="curl"), False),
        (Client(ip=HOME.ip), False),
    ],
)
async def test_a_public_client_is_known_by_its_program_and_network(
    oauth: OAuthScene, thief: Client, is_told: bool
) -> None:
    issued = await oauth.register(is_confidential=False)
    first = await oauth.tokens(issued)
    second = await oauth.refresh(issued, first)

    if is_told:
        assert await oauth.refresh(issued, first, sent_from=thief) == second
    else:
        with pytest.raises(InvalidGrant):
            await oauth.refresh(issued, first, sent_from=thief)
    ended = await oauth.grant_of(str(second.refresh_token))
    assert (ended.ended_at is None) is is_told


async def test_a_stolen_refresh_token_ends_nothing_in_another_clients_hands(
    oauth: OAuthScene, clock: VirtualClock
) -> None:
    issued, other = await oauth.register(), await oauth.register()
    first = await oauth.tokens(issued)
    second = await oauth.refresh(issued, first)
    clock.advance(GRACE * 2)

    for stolen in (first, second):
        with pytest.raises(InvalidGrant):
            await oauth.refresh(other, stolen)

    await oauth.refresh(issued, second)


async def test_a_token_under_a_key_that_was_given_up_is_found_by_its_hash(
    oauth: OAuthScene,
) -> None:
    issued = await oauth.register()
    first = await oauth.tokens(issued)
    renewed = SealedGrantTokens(Keyring({2: b"2" * 32}))
    request = TokenRequest(
        grant_type="refresh_token",
        client=Authenticated(issued.client_id, issued.secret),
        sent_from=HOME,
        refresh_token=str(first.refresh_token),
    )
    issue_token = IssueToken(oauth.begin, SystemIds(), renewed, oauth.forgotten)

    second = await issue_token(request)

    assert renewed.grant_of(str(second.refresh_token)) is not None
    assert await issue_token(request) == second


async def test_what_was_forged_or_is_of_another_kind_is_refused_and_ends_nothing(
    oauth: OAuthScene,
) -> None:
    issued = await oauth.register()
    code = await oauth.code(issued)
    tokens = await oauth.exchange(issued, code)
    grant = await oauth.grant_of(tokens.access_token)
    forged = SealedGrantTokens(Keyring({1: b"3" * 32})).first_refresh_token(grant.id, "a secret")
    gone = TOKENS.first_refresh_token(GrantId(UUID(int=7)), "a secret")

    for wrong in (forged, gone, code, tokens.access_token, "unknown"):
        with pytest.raises(InvalidGrant):
            await oauth.issue(issued, "refresh_token", refresh_token=wrong)
    with pytest.raises(InvalidGrant):
        await oauth.exchange(issued, str(tokens.refresh_token))

    assert (await oauth.grant_of(tokens.access_token)).ended_at is None


async def test_an_unused_refresh_token_expires(oauth: OAuthScene, clock: VirtualClock) -> None:
    issued = await oauth.register()
    first = await oauth.tokens(issued)
    clock.advance(REFRESH_LIFETIME - timedelta(seconds=1))
    second = await oauth.refresh(issued, first)
    clock.advance(REFRESH_LIFETIME)

    with pytest.raises(InvalidGrant):
        await oauth.refresh(issued, second)


async def test_a_refreshed_token_may_do_no_more(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    tokens = await oauth.tokens(issued)

    with pytest.raises(ScopeRefused):
        await oauth.refresh(issued, tokens, scope="profile events_view")
    await oauth.refresh(issued, tokens, scope="profile")


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
