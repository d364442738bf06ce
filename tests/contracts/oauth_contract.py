"""What every store of applications, and of what they were let do, promises."""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.system.ids import SystemIds
from application.identity.oauth_ports import BeginOAuth
from application.shared.scope import SYSTEM, organizations, person
from application.shared.transaction import SessionEnded
from domain.identity.credential import Credential
from domain.identity.grant import ACCESS_LIFETIME, CODE_LIFETIME, Grant
from domain.identity.oauth_client import OAuthClient
from domain.identity.oauth_errors import (
    AuthorizationNotFound,
    InvalidGrant,
    OAuthClientNotFound,
)
from domain.identity.oauth_scope import OAuthScope
from domain.shared.errors import StaleVersion
from domain.shared.ids import GrantId, OAuthClientId, OrganizationId, SessionId, UserId
from tests.conftest import VirtualClock

IDS = SystemIds()
NOON = VirtualClock().now
MINUTE = timedelta(minutes=1)
BACK = "https://app.example/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:43]
MANY = 12


@dataclass(frozen=True)
class Ground:
    """What is there before: two organisations, and two people."""

    begin: BeginOAuth
    house: OrganizationId
    neighbour: OrganizationId
    ada: UserId
    bob: UserId
    suspend: Callable[[OrganizationId], None]


def a_hash() -> bytes:
    return hashlib.sha256(IDS.secret().encode()).digest()


def a_client(house: OrganizationId, **changes: Any) -> OAuthClient:
    facts: dict[str, Any] = {
        "name": "Diary",
        "redirect_uris": [BACK, "https://app.example/other"],
        "scope": OAuthScope.of(["profile", "events_view"]),
        "secret": "a secret",
        "by": UserId(IDS.new()),
        "at": NOON,
    }
    return OAuthClient.register(house, OAuthClientId(IDS.new()), **facts | changes)


def a_token(at: datetime = NOON) -> Credential:
    return Credential(id=SessionId(IDS.new()), hash=a_hash(), expires_at=at + ACCESS_LIFETIME)


def a_consent(client: OAuthClient, user_id: UserId, code: bytes | None = None) -> Grant:
    return Grant.consent(
        GrantId(IDS.new()),
        client.id,
        client.organization_id,
        user_id,
        OAuthScope.of(["profile", "events_view"]),
        code_hash=code or a_hash(),
        redirect_uri=BACK,
        challenge=CHALLENGE,
        at=NOON,
    )


def an_exchanged(client: OAuthClient, user_id: UserId) -> Grant:
    grant = a_consent(client, user_id)
    grant.exchange(BACK, VERIFIER, a_token(), a_hash(), at=NOON)
    return grant


def its_own(client: OAuthClient, at: datetime = NOON) -> Grant:
    scope = OAuthScope.of(["events_view"])
    return Grant.own(
        GrantId(IDS.new()), client.id, client.organization_id, scope, a_token(at), at=at
    )


async def keep(begin: BeginOAuth, *things: OAuthClient | Grant) -> None:
    for thing in things:
        if isinstance(thing, OAuthClient):
            async with begin(organizations([thing.organization_id])) as tx:
                await tx.oauth_clients.add(thing)
        else:
            async with begin(SYSTEM) as tx:
                await tx.grants.add(thing)


async def save(begin: BeginOAuth, thing: OAuthClient | Grant) -> None:
    if isinstance(thing, OAuthClient):
        async with begin(organizations([thing.organization_id])) as tx:
            await tx.oauth_clients.save(thing)
    else:
        async with begin(SYSTEM) as tx:
            await tx.grants.save(thing)


async def kept_client(begin: BeginOAuth, client: OAuthClient) -> OAuthClient:
    async with begin(organizations([client.organization_id])) as tx:
        return await tx.oauth_clients.lock(client.organization_id, client.id)


async def kept(begin: BeginOAuth, grant: Grant) -> Grant:
    async with begin(SYSTEM) as tx:
        return await tx.grants.lock(grant.id)


async def is_known(begin: BeginOAuth, secret_hash: bytes) -> bool:
    async with begin(SYSTEM) as tx:
        try:
            await tx.grants.lock_by(secret_hash)
        except InvalidGrant:
            return False
        return True


async def opens(begin: BeginOAuth, token: Credential) -> bool:
    """Whether a transaction begins for whoever shows it."""
    try:
        async with begin(person(UserId(IDS.new()), session_id=token.id)):
            return True
    except SessionEnded:
        return False


async def at_once(ask: Callable[[], Awaitable[bool]]) -> list[bool]:
    """Many, all of which are over before a refusal is told."""
    outcomes = await asyncio.gather(*(ask() for _ in range(MANY)), return_exceptions=True)
    answers = []
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
        answers.append(outcome)
    return answers


class OAuthContract:
    async def test_a_client_comes_back_equal(self, ground: Ground) -> None:
        begin = ground.begin
        client, public = a_client(ground.house), a_client(ground.house, secret=None)
        await keep(begin, client, public)

        assert await kept_client(begin, client) == client
        assert await kept_client(begin, public) == public

        client.rename("Journal")
        client.return_to(["http://localhost:8080/back"])
        client.rotate("another secret")
        client.scope = OAuthScope.of(["orders_read"])
        await save(begin, client)
        assert await kept_client(begin, client) == client

        client.revoke(at=NOON)
        await save(begin, client)
        assert await kept_client(begin, client) == client

    async def test_an_old_version_is_not_saved(self, ground: Ground) -> None:
        client = a_client(ground.house)
        grant = an_exchanged(client, ground.ada)
        await keep(ground.begin, client, grant)
        old_client, old_grant = (
            await kept_client(ground.begin, client),
            await kept(ground.begin, grant),
        )
        await save(ground.begin, client)
        await save(ground.begin, grant)

        for old in (old_client, old_grant):
            with pytest.raises(StaleVersion):
                await save(ground.begin, old)

    async def test_whoever_asks_finds_a_living_client(self, ground: Ground) -> None:
        """People of anywhere let it in; its id is no secret."""
        client, dead = a_client(ground.house), a_client(ground.neighbour)
        dead.revoke(at=NOON)
        await keep(ground.begin, client, dead)

        async with ground.begin(SYSTEM) as tx:
            assert await tx.oauth_clients.living(client.id) == client
            for missing in (dead.id, OAuthClientId(IDS.new())):
                with pytest.raises(OAuthClientNotFound):
                    await tx.oauth_clients.living(missing)

    async def test_a_client_is_its_organisations(self, ground: Ground) -> None:
        client = a_client(ground.house)
        await keep(ground.begin, client)

        async with ground.begin(organizations([ground.neighbour])) as tx:
            with pytest.raises(OAuthClientNotFound):
                await tx.oauth_clients.lock(ground.neighbour, client.id)

    async def test_those_of_a_suspended_organisation_serve_nobody(self, ground: Ground) -> None:
        client, other = a_client(ground.house), a_client(ground.neighbour)
        await keep(ground.begin, client, other)
        ground.suspend(ground.house)

        async with ground.begin(SYSTEM) as tx:
            assert await tx.oauth_clients.living(other.id) == other
            with pytest.raises(OAuthClientNotFound):
                await tx.oauth_clients.living(client.id)

    async def test_the_living_are_counted_by_organisation(self, ground: Ground) -> None:
        dead = a_client(ground.house)
        dead.revoke(at=NOON)
        await keep(ground.begin, a_client(ground.house), dead, a_client(ground.neighbour))

        async with ground.begin(organizations([ground.house])) as tx:
            assert await tx.oauth_clients.count(ground.house) == 1

    async def test_nobody_registers_between_a_count_and_its_commit(self, ground: Ground) -> None:
        async def register_the_first() -> bool:
            async with ground.begin(organizations([ground.house])) as tx:
                is_first = await tx.oauth_clients.count(ground.house) == 0
                if is_first:
                    await tx.oauth_clients.add(a_client(ground.house))
                return is_first

        assert sum(await at_once(register_the_first)) == 1

    async def test_a_grant_comes_back_equal(self, ground: Ground) -> None:
        begin, client = ground.begin, a_client(ground.house)
        grant, own = a_consent(client, ground.ada), its_own(client)
        await keep(begin, client, grant, own)
        assert await kept(begin, grant) == grant
        assert await kept(begin, own) == own

        first, second = a_hash(), a_hash()
        grant.exchange(BACK, VERIFIER, a_token(), first, at=NOON)
        await save(begin, grant)
        assert await kept(begin, grant) == grant

        grant.rotate(first, a_token(), second, at=NOON + MINUTE)
        await save(begin, grant)
        assert await kept(begin, grant) == grant
        assert len(grant.tokens) == 2

        grant.end(at=NOON + 2 * MINUTE)
        await save(begin, grant)
        assert await kept(begin, grant) == grant

    async def test_a_grant_is_found_by_what_was_given_last(self, ground: Ground) -> None:
        begin, client, code = ground.begin, a_client(ground.house), a_hash()
        grant = a_consent(client, ground.ada, code)
        await keep(begin, client, grant, an_exchanged(client, ground.bob))
        one, two, three = a_hash(), a_hash(), a_hash()
        tokens = [a_token() for _ in range(3)]
        grant.exchange(BACK, VERIFIER, tokens[0], one, at=NOON)
        grant.rotate(one, tokens[1], two, at=NOON)
        grant.rotate(two, tokens[2], three, at=NOON)
        grant.drop(tokens[1].hash)
        await save(begin, grant)

        async with begin(SYSTEM) as tx:
            for known in (code, two, three, tokens[0].hash, tokens[2].hash):
                assert await tx.grants.lock_by(known) == grant
        for unknown in (one, tokens[1].hash, a_hash()):
            assert not await is_known(begin, unknown)

    async def test_a_grant_that_never_was_is_not_found(self, ground: Ground) -> None:
        async with ground.begin(SYSTEM) as tx:
            with pytest.raises(InvalidGrant):
                await tx.grants.lock(GrantId(IDS.new()))

    async def test_what_somebody_allowed_is_theirs_alone(self, ground: Ground) -> None:
        client = a_client(ground.house)
        grant, own = an_exchanged(client, ground.ada), its_own(client)
        await keep(ground.begin, client, grant, own)

        async with ground.begin(person(ground.ada)) as tx:
            assert await tx.grants.lock_own(ground.ada, grant.id) == grant
        async with ground.begin(person(ground.bob)) as tx:
            for one in (grant, own):
                with pytest.raises(AuthorizationNotFound):
                    await tx.grants.lock_own(ground.bob, one.id)

    async def test_a_token_that_is_gone_begins_no_transaction(self, ground: Ground) -> None:
        client = a_client(ground.house)
        grant = an_exchanged(client, ground.ada)
        await keep(ground.begin, client, grant)
        [first], second = grant.tokens, a_token()
        grant.rotate(grant.refresh_hash or b"", second, a_hash(), at=NOON)
        await save(ground.begin, grant)
        assert [await opens(ground.begin, one) for one in (first, second)] == [True, True]

        grant.drop(first.hash)
        await save(ground.begin, grant)
        assert [await opens(ground.begin, one) for one in (first, second)] == [False, True]

        grant.end(at=NOON)
        await save(ground.begin, grant)
        assert not await opens(ground.begin, second)

    async def test_a_client_ends_with_all_that_it_was_given(self, ground: Ground) -> None:
        begin, client, other = ground.begin, a_client(ground.house), a_client(ground.house)
        given = [an_exchanged(client, ground.ada), an_exchanged(client, ground.bob)]
        own, early, kept_one = its_own(client), a_consent(client, ground.ada), its_own(other)
        early.end(at=NOON - MINUTE)
        await keep(begin, client, other, *given, own, early, kept_one)

        async with begin(organizations([ground.house])) as tx:
            await tx.grants.end_all(client.id, NOON + MINUTE)

        for grant in (*given, own):
            ended = await kept(begin, grant)
            assert (ended.ended_at, ended.tokens) == (NOON + MINUTE, ())
            assert not await opens(begin, grant.tokens[0])
        assert (await kept(begin, early)).ended_at == NOON - MINUTE
        assert await kept(begin, kept_one) == kept_one
        assert await opens(begin, kept_one.tokens[0])

    async def test_what_is_over_is_forgotten_and_nothing_else(self, ground: Ground) -> None:
        begin, client, other = ground.begin, a_client(ground.house), a_client(ground.house)
        unused, used = a_consent(client, ground.ada), an_exchanged(client, ground.ada)
        ended, late = an_exchanged(client, ground.bob), an_exchanged(client, ground.bob)
        old, new = its_own(client, NOON - ACCESS_LIFETIME), its_own(client)
        others = a_consent(other, ground.ada)
        at = NOON + CODE_LIFETIME
        ended.end(at=at)
        late.end(at=at + MINUTE)
        grants = (unused, used, ended, late, old, new, others)
        await keep(begin, client, other, *grants)

        async with begin(SYSTEM) as tx:
            await tx.grants.forget(client.id, at)

        remaining = []
        for grant in grants:
            try:
                remaining.append(await kept(begin, grant))
            except InvalidGrant:
                continue
        assert remaining == [used, late, new, others]
        assert not await opens(begin, old.tokens[0])
        assert await opens(begin, new.tokens[0])

    async def test_one_of_many_at_once_has_the_code_and_each_sees_the_last(
        self, ground: Ground
    ) -> None:
        """Whoever waited for the lock sees the grant as the one before left it."""
        client, code = a_client(ground.house), a_hash()
        grant = a_consent(client, ground.ada, code)
        await keep(ground.begin, client, grant)

        async def exchange() -> bool:
            token, refresh = a_token(), a_hash()
            async with ground.begin(SYSTEM) as tx:
                mine = await tx.grants.lock_by(code)
                is_first = mine.exchanged_at is None
                if is_first:
                    mine.exchange(BACK, VERIFIER, token, refresh, at=NOON)
                await tx.grants.save(mine)
                return is_first

        won = await at_once(exchange)

        assert sum(won) == 1
        assert (await kept(ground.begin, grant)).version == 1 + MANY

    async def test_one_of_many_at_once_has_the_refresh_token(self, ground: Ground) -> None:
        client = a_client(ground.house)
        grant = an_exchanged(client, ground.ada)
        await keep(ground.begin, client, grant)
        shown = grant.refresh_hash or b""

        async def rotate() -> bool:
            token, successor = a_token(), a_hash()
            async with ground.begin(SYSTEM) as tx:
                mine = await tx.grants.lock(grant.id)
                is_first = mine.refresh_hash == shown
                if is_first:
                    mine.rotate(shown, token, successor, at=NOON)
                await tx.grants.save(mine)
                return is_first

        won = await at_once(rotate)

        assert sum(won) == 1
        assert len((await kept(ground.begin, grant)).tokens) == 2
