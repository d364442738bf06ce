"""What every store of API keys promises."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from adapters.system.ids import SystemIds
from application.identity.api_key_ports import Bearers, BeginApiKeys
from application.shared.scope import organizations
from application.shared.transaction import SessionEnded
from domain.identity.api_key import ApiKey
from domain.identity.api_key_errors import ApiKeyNotFound, InvalidApiKey
from domain.shared.errors import StaleVersion
from domain.shared.ids import ApiKeyId, EventId, OrganizationId, SessionId, UserId
from domain.shared.permissions import Permission, RateTier, Role
from domain.shared.secret_text import SecretKind, hash_of_secret, spell
from tests.conftest import VirtualClock

IDS = SystemIds()
NOON = VirtualClock().now
HOUR = timedelta(hours=1)


def a_text() -> str:
    return spell(SecretKind.API_KEY, IDS.number(), IDS.secret())


def a_key(house: OrganizationId, text: str, **changes: Any) -> ApiKey:
    facts: dict[str, Any] = {
        "name": "Till",
        "scopes": [Permission.EVENTS_VIEW, Permission.SCAN],
        "event_ids": [EventId(UUID(int=8)), EventId(UUID(int=7))],
        "rate_tier": RateTier.HIGH,
        "expires_at": NOON + 48 * HOUR,
        "by": UserId(UUID(int=1)),
        "at": NOON,
    }
    key_id, secret_id = ApiKeyId(IDS.new()), SessionId(IDS.new())
    return ApiKey.issue(house, key_id, secret_id, text, **facts | changes)


async def keep(begin: BeginApiKeys, *keys: ApiKey) -> None:
    for key in keys:
        async with begin(organizations([key.organization_id])) as tx:
            await tx.api_keys.add(key)


async def kept(begin: BeginApiKeys, key: ApiKey) -> ApiKey:
    async with begin(organizations([key.organization_id])) as tx:
        return await tx.api_keys.lock(key.organization_id, key.id)


async def save(begin: BeginApiKeys, key: ApiKey) -> None:
    async with begin(organizations([key.organization_id])) as tx:
        await tx.api_keys.save(key)


class ApiKeysContract:
    """`house` and `neighbour` are two organisations that exist."""

    async def test_a_key_comes_back_equal(self, begin: BeginApiKeys, house: OrganizationId) -> None:
        key = a_key(house, a_text())
        key.rotate(SessionId(IDS.new()), a_text(), overlap=HOUR, at=NOON)
        await keep(begin, key)

        assert await kept(begin, key) == key

        key.rename("Door")
        key.allow([Permission.SCAN])
        key.limit_to(None)
        key.expire(None, at=NOON)
        key.rate_tier = RateTier.STANDARD
        await save(begin, key)
        assert await kept(begin, key) == key

        key.revoke(at=NOON)
        await save(begin, key)
        assert await kept(begin, key) == key

    async def test_an_old_version_is_not_saved(
        self, begin: BeginApiKeys, house: OrganizationId
    ) -> None:
        key = a_key(house, a_text())
        await keep(begin, key)
        old = await kept(begin, key)
        await save(begin, key)

        with pytest.raises(StaleVersion):
            await save(begin, old)

    async def test_a_key_is_its_organisations(
        self, begin: BeginApiKeys, house: OrganizationId, neighbour: OrganizationId
    ) -> None:
        key = a_key(house, a_text())
        await keep(begin, key)

        async with begin(organizations([neighbour])) as tx:
            with pytest.raises(ApiKeyNotFound):
                await tx.api_keys.lock(neighbour, key.id)

    async def test_the_living_are_counted_by_organisation(
        self, begin: BeginApiKeys, house: OrganizationId, neighbour: OrganizationId
    ) -> None:
        dead = a_key(house, a_text())
        dead.revoke(at=NOON)
        await keep(begin, a_key(house, a_text()), dead, a_key(neighbour, a_text()))

        async with begin(organizations([house])) as tx:
            assert await tx.api_keys.living(house) == 1

    async def test_each_secret_opens_until_its_end(
        self, begin: BeginApiKeys, bearers: Bearers, house: OrganizationId, clock: VirtualClock
    ) -> None:
        first, second = a_text(), a_text()
        key = a_key(house, first)
        key.rotate(SessionId(IDS.new()), second, overlap=HOUR, at=NOON)
        await keep(begin, key)

        for text, end in ((first, NOON + HOUR), (second, NOON + 48 * HOUR)):
            actor, expires_at, _ = await bearers.behind(hash_of_secret(text))
            assert expires_at == end
            assert (actor.name, actor.rate_tier) == ("Till", RateTier.HIGH)
            assert actor.user_id == UserId(key.id)
            assert actor.memberships == {house: Role.OWNER}
            assert actor.powers == frozenset({Permission.EVENTS_VIEW, Permission.SCAN})
            assert actor.limited_to == {house: frozenset(key.event_ids or ())}
            assert actor.personal == frozenset()
            assert not actor.is_platform_admin
        clock.advance(HOUR)

        with pytest.raises(InvalidApiKey):
            await bearers.behind(hash_of_secret(first))
        await bearers.behind(hash_of_secret(second))

    async def test_an_unknown_secret_opens_nothing(
        self, begin: BeginApiKeys, bearers: Bearers, house: OrganizationId
    ) -> None:
        await keep(begin, a_key(house, a_text()))

        with pytest.raises(InvalidApiKey):
            await bearers.behind(hash_of_secret(a_text()))

    async def test_no_transaction_begins_with_a_secret_that_is_gone(
        self, begin: BeginApiKeys, bearers: Bearers, house: OrganizationId
    ) -> None:
        first = a_text()
        key = a_key(house, first)
        await keep(begin, key)
        remembered, _, _ = await bearers.behind(hash_of_secret(first))
        async with begin(remembered.within(house)):
            pass

        key.rotate(SessionId(IDS.new()), a_text(), overlap=timedelta(), at=NOON)
        await save(begin, key)

        with pytest.raises(SessionEnded):
            async with begin(remembered.within(house)):
                pass

    async def test_a_revoked_key_opens_nothing(
        self, begin: BeginApiKeys, bearers: Bearers, house: OrganizationId
    ) -> None:
        text = a_text()
        key, other = a_key(house, text), a_key(house, a_text())
        await keep(begin, key, other)

        key.revoke(at=NOON)
        await save(begin, key)

        with pytest.raises(InvalidApiKey):
            await bearers.behind(hash_of_secret(text))
        assert len((await kept(begin, other)).secrets) == 1
