"""What somebody let an application do, from the code to the end."""

import base64
import hashlib
from datetime import timedelta
from uuid import UUID

import pytest

from domain.identity.credential import Credential
from domain.identity.grant import ACCESS_LIFETIME, CODE_LIFETIME, REFRESH_LIFETIME, Grant
from domain.identity.oauth_errors import InvalidGrant
from domain.identity.oauth_scope import OAuthScope
from domain.identity.refresh_family import GRACE
from domain.shared.ids import GrantId, OAuthClientId, OrganizationId, SessionId, UserId
from tests.conftest import VirtualClock

NOON = VirtualClock().now
BACK = "https://app.example/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:43]
CODE, FIRST, SECOND, THIRD = (hashlib.sha256(bytes([n])).digest() for n in range(4))
MOMENT = timedelta(microseconds=1)


def a_grant() -> Grant:
    return Grant.consent(
        GrantId(UUID(int=1)),
        OAuthClientId(UUID(int=2)),
        OrganizationId(UUID(int=3)),
        UserId(UUID(int=4)),
        OAuthScope.of(["profile"]),
        code_hash=CODE,
        redirect_uri=BACK,
        challenge=CHALLENGE,
        at=NOON,
    )


def a_token(number: int, at: timedelta = timedelta()) -> Credential:
    digest = hashlib.sha256(b"access" + bytes([number])).digest()
    return Credential(
        id=SessionId(UUID(int=number)), hash=digest, expires_at=NOON + at + ACCESS_LIFETIME
    )


def an_exchanged_grant() -> Grant:
    grant = a_grant()
    grant.exchange(BACK, VERIFIER, a_token(1), FIRST, at=NOON)
    return grant


def test_a_code_is_exchanged_until_its_minute_is_over_and_once() -> None:
    late, grant = a_grant(), a_grant()
    with pytest.raises(InvalidGrant):
        late.exchange(BACK, VERIFIER, a_token(1), FIRST, at=NOON + CODE_LIFETIME)

    grant.exchange(BACK, VERIFIER, a_token(1), FIRST, at=NOON + CODE_LIFETIME - MOMENT)

    assert (grant.refresh_hash, grant.tokens) == (FIRST, (a_token(1),))
    with pytest.raises(InvalidGrant):
        grant.exchange(BACK, VERIFIER, a_token(2), SECOND, at=NOON + CODE_LIFETIME)


@pytest.mark.parametrize(
    ("uri", "verifier"), [(BACK + "/", VERIFIER), (BACK, "w" * 43), (BACK, CHALLENGE), (BACK, "")]
)
def test_a_code_needs_its_address_and_its_verifier(uri: str, verifier: str) -> None:
    grant = a_grant()

    with pytest.raises(InvalidGrant):
        grant.exchange(uri, verifier, a_token(1), FIRST, at=NOON)
    assert grant.tokens == ()


def test_a_refresh_token_has_one_successor_and_a_month() -> None:
    grant = an_exchanged_grant()
    month = NOON + REFRESH_LIFETIME
    for wrong, at in ((SECOND, NOON), (FIRST, month)):
        with pytest.raises(InvalidGrant):
            grant.rotate(wrong, a_token(2), SECOND, at=at)

    grant.rotate(FIRST, a_token(2, REFRESH_LIFETIME - MOMENT), SECOND, at=month - MOMENT)

    assert (grant.refresh_hash, grant.previous_refresh_hash) == (SECOND, FIRST)
    assert [token.id for token in grant.tokens] == [a_token(2).id]  # The first has expired.
    assert grant.is_alive(month)


def test_only_the_token_before_is_asked_again_and_for_ten_seconds() -> None:
    grant = an_exchanged_grant()
    assert not grant.is_asked_again(FIRST, at=NOON)
    grant.rotate(FIRST, a_token(2), SECOND, at=NOON)
    assert grant.is_asked_again(FIRST, at=NOON + GRACE)
    assert not grant.is_asked_again(FIRST, at=NOON + GRACE + MOMENT)
    assert not grant.is_asked_again(SECOND, at=NOON)

    grant.rotate(SECOND, a_token(3), THIRD, at=NOON)

    assert not grant.is_asked_again(FIRST, at=NOON)
    assert grant.is_asked_again(SECOND, at=NOON)


def test_what_is_told_again_is_the_same_token_while_it_lives() -> None:
    grant = an_exchanged_grant()
    twin = Credential(id=SessionId(UUID(int=9)), hash=a_token(1).hash, expires_at=NOON)

    assert grant.tell_again(twin) == a_token(1)
    grant.drop(a_token(1).hash)
    assert grant.tell_again(twin) == twin
    assert grant.tokens == (twin,)


def test_the_end_is_for_ever_and_takes_the_tokens() -> None:
    grant = an_exchanged_grant()

    grant.end(at=NOON)
    grant.end(at=NOON + GRACE)

    assert (grant.ended_at, grant.tokens) == (NOON, ())
    with pytest.raises(InvalidGrant):
        grant.rotate(FIRST, a_token(2), SECOND, at=NOON)
