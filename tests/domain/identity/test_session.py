from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.identity.errors import FreshSignInNeeded, InvalidRefreshToken
from domain.identity.refresh_family import GRACE
from domain.identity.session import (
    FRESH,
    IP_LONGEST,
    LIFETIME,
    USER_AGENT_LONGEST,
    Ending,
    Session,
)
from domain.shared.ids import SessionId, UserId

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = b"1" * 32, b"2" * 32, b"3" * 32


def a_session(user_agent: str | None = None, ip: str | None = None) -> Session:
    return Session.start(
        SessionId(UUID(int=1)), UserId(UUID(int=2)), FIRST, user_agent=user_agent, ip=ip, at=NOON
    )


def test_a_rotation_replaces_the_token_and_prolongs_the_session() -> None:
    session = a_session()
    later = NOON + timedelta(days=6)

    session.rotate(FIRST, SECOND, at=later)

    assert session.refresh_hash == SECOND
    assert session.previous_refresh_hash == FIRST
    assert session.is_alive(later + LIFETIME - timedelta(seconds=1))


def test_only_the_living_token_rotates() -> None:
    session = a_session()
    session.rotate(FIRST, SECOND, at=NOON)

    with pytest.raises(InvalidRefreshToken):
        session.rotate(FIRST, THIRD, at=NOON)

    assert session.refresh_hash == SECOND


def test_an_expired_session_does_not_rotate() -> None:
    session = a_session()

    with pytest.raises(InvalidRefreshToken):
        session.rotate(FIRST, SECOND, at=NOON + LIFETIME)


def test_a_revoked_session_does_not_rotate_and_stays_revoked_since_the_first_time() -> None:
    session = a_session()
    session.revoke(Ending.LOGGED_OUT, at=NOON)
    session.revoke(Ending.REUSED, at=NOON + timedelta(hours=1))

    with pytest.raises(InvalidRefreshToken):
        session.rotate(FIRST, SECOND, at=NOON)

    assert (session.revoked_at, session.ended_because) == (NOON, Ending.LOGGED_OUT)
    assert not session.is_alive(NOON)


def test_no_exchange_prolongs_it_beyond_its_age() -> None:
    session = a_session()
    age_max = timedelta(days=10)

    session.rotate(FIRST, SECOND, at=NOON + timedelta(days=6), age_max=age_max)

    assert session.expires_at == NOON + age_max
    with pytest.raises(InvalidRefreshToken):
        session.rotate(SECOND, THIRD, at=NOON + age_max, age_max=age_max)


def test_only_the_token_before_is_asked_for_again_and_only_for_ten_seconds() -> None:
    session = a_session("Opera", "192.0.2.1")
    session.rotate(FIRST, SECOND, at=NOON)

    def again(token: bytes, after: timedelta = timedelta(0), agent: str = "Opera") -> bool:
        return session.is_asked_again(token, user_agent=agent, ip="192.0.2.9", at=NOON + after)

    assert again(FIRST)
    assert again(FIRST, GRACE)
    assert not again(FIRST, GRACE + timedelta(microseconds=1))
    assert not again(FIRST, agent="Firefox")
    session.rotate(SECOND, THIRD, at=NOON)
    assert not again(FIRST)
    assert again(SECOND)


def test_a_client_is_compared_as_it_is_kept() -> None:
    session = a_session("x" * 5000, "192.0.2.1")
    session.rotate(FIRST, SECOND, at=NOON)

    assert session.is_asked_again(FIRST, user_agent="x" * 5000, ip="192.0.2.1", at=NOON)


def test_what_a_client_says_about_itself_is_shortened_and_printable() -> None:
    session = a_session(user_agent="Opera\n\x1b" + "x" * 5000, ip="1" * 5000)

    assert session.user_agent is not None
    assert session.user_agent.startswith("Operaxx")
    assert len(session.user_agent) == USER_AGENT_LONGEST
    assert session.ip == "1" * IP_LONGEST


def test_it_is_fresh_for_ten_minutes_however_often_it_is_refreshed() -> None:
    session = a_session()
    session.rotate(FIRST, SECOND, at=NOON + FRESH - timedelta(seconds=1))

    session.require_fresh(NOON + FRESH - timedelta(seconds=1))
    with pytest.raises(FreshSignInNeeded):
        session.require_fresh(NOON + FRESH)
