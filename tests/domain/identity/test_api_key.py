from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from adapters.system.ids import SystemIds
from domain.identity.api_key import EVENTS_MAX, GRANTABLE, OVERLAP_MAX, WITHHELD, ApiKey
from domain.identity.api_key_errors import (
    ApiKeyRevoked,
    InvalidExpiry,
    InvalidKeyEvents,
    InvalidOverlap,
    InvalidScopes,
)
from domain.shared.ids import ApiKeyId, EventId, OrganizationId, SessionId, UserId
from domain.shared.permissions import Permission, RateTier
from domain.shared.secret_text import SecretKind, hash_of_secret, spell
from domain.shared.text import InvalidText

IDS = SystemIds()
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEXT = spell(SecretKind.API_KEY, "7F3K9XQ2MZ", "s" * 43)


def a_key(**changes: Any) -> ApiKey:
    facts: dict[str, Any] = {
        "name": "Till",
        "scopes": [Permission.EVENTS_VIEW],
        "event_ids": None,
        "rate_tier": RateTier.STANDARD,
        "expires_at": None,
        "by": UserId(UUID(int=1)),
        "at": NOON,
    }
    return ApiKey.issue(
        OrganizationId(UUID(int=2)),
        ApiKeyId(UUID(int=3)),
        SessionId(IDS.new()),
        TEXT,
        **facts | changes,
    )


def rotated(key: ApiKey, overlap: timedelta, at: datetime = NOON) -> SessionId:
    secret_id = SessionId(IDS.new())
    text = spell(SecretKind.API_KEY, "2222222222", str(secret_id)[-1] * 43)
    key.rotate(secret_id, text, overlap=overlap, at=at)
    return secret_id


def test_a_key_keeps_the_hash_of_its_secret_and_the_part_that_may_be_shown() -> None:
    key = a_key()

    assert key.prefix == "tkt_live_7f3k9xq2mz"
    assert [secret.hash for secret in key.secrets] == [hash_of_secret(TEXT)]
    assert TEXT not in repr(key)


@pytest.mark.parametrize("scope", sorted(WITHHELD))
def test_no_key_may_make_itself_at_home(scope: Permission) -> None:
    with pytest.raises(InvalidScopes):
        a_key(scopes=[Permission.EVENTS_VIEW, scope])
    with pytest.raises(InvalidScopes):
        a_key().allow([scope])


def test_everything_else_may_be_given() -> None:
    assert a_key(scopes=list(GRANTABLE)).scopes == frozenset(Permission) - WITHHELD


def test_a_key_that_may_do_nothing_is_none() -> None:
    with pytest.raises(InvalidScopes):
        a_key(scopes=[])


@pytest.mark.parametrize("count", [0, EVENTS_MAX + 1])
def test_events_are_some_or_all(count: int) -> None:
    with pytest.raises(InvalidKeyEvents):
        a_key(event_ids=[EventId(UUID(int=n)) for n in range(count)])


def test_an_event_named_twice_is_one() -> None:
    one = EventId(UUID(int=1))

    assert a_key(event_ids=[one, one]).event_ids == (one,)


def test_a_name_can_be_read() -> None:
    with pytest.raises(InvalidText):
        a_key(name=" ")
    with pytest.raises(InvalidText):
        a_key().rename("\x00")


@pytest.mark.parametrize("expires_at", [NOON, NOON - HOUR])
def test_an_end_is_in_the_future(expires_at: datetime) -> None:
    with pytest.raises(InvalidExpiry):
        a_key(expires_at=expires_at)
    with pytest.raises(InvalidExpiry):
        a_key().expire(expires_at, at=NOON)


def test_the_old_secret_goes_on_for_the_overlap() -> None:
    key = a_key(expires_at=NOON + 48 * HOUR)
    first = key.secrets[0].id

    new = rotated(key, 24 * HOUR)

    assert [(secret.id, secret.expires_at) for secret in key.secrets] == [
        (new, NOON + 48 * HOUR),
        (first, NOON + 24 * HOUR),
    ]
    assert key.prefix == "tkt_live_2222222222"


def test_an_overlap_lengthens_no_life() -> None:
    key = a_key(expires_at=NOON + HOUR)

    rotated(key, 24 * HOUR)

    assert [secret.expires_at for secret in key.secrets] == [NOON + HOUR, NOON + HOUR]


def test_without_an_overlap_the_old_secret_ends_now() -> None:
    key = a_key()

    new = rotated(key, timedelta())

    assert [secret.id for secret in key.secrets] == [new]


def test_there_are_never_more_than_two() -> None:
    key = a_key()

    second = rotated(key, OVERLAP_MAX)
    third = rotated(key, OVERLAP_MAX)

    assert [secret.id for secret in key.secrets] == [third, second]


@pytest.mark.parametrize("overlap", [-HOUR, OVERLAP_MAX + HOUR])
def test_an_overlap_is_at_most_a_week(overlap: timedelta) -> None:
    with pytest.raises(InvalidOverlap):
        rotated(a_key(), overlap)


def test_a_key_that_has_expired_is_not_rotated() -> None:
    key = a_key(expires_at=NOON + HOUR)

    with pytest.raises(InvalidExpiry):
        rotated(key, HOUR, at=NOON + HOUR)


def test_a_new_end_is_every_secrets_end_and_lengthens_no_overlap() -> None:
    key = a_key()
    rotated(key, 24 * HOUR)

    key.expire(NOON + HOUR, at=NOON)
    assert [secret.expires_at for secret in key.secrets] == [NOON + HOUR, NOON + HOUR]
    key.expire(None, at=NOON)
    assert [secret.expires_at for secret in key.secrets] == [None, NOON + HOUR]


def test_a_revoked_key_has_no_secret_and_stays_so() -> None:
    key = a_key()

    key.revoke(at=NOON)
    key.revoke(at=NOON + HOUR)

    assert (key.revoked_at, key.secrets) == (NOON, ())
    with pytest.raises(ApiKeyRevoked):
        key.require_living()
