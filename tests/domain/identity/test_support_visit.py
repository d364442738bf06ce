"""A visit has a reason and an end, and whoever employs the visited person is told of both."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.identity.errors import InvalidRefreshToken, InvalidVisitLength, NotVisited
from domain.identity.events import SupportVisitEnded, SupportVisitStarted
from domain.identity.session import Session, refresh_hash_of
from domain.identity.support_visit import NOBODYS, SupportVisit
from domain.identity.user import Email, User
from domain.shared.ids import OrganizationId, SessionId, UserId
from domain.shared.text import InvalidText

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SOON = NOON + timedelta(minutes=5)
VISIT, ADMIN = SessionId(UUID(int=9)), UserId(UUID(int=2))
ROCK, FOLK = OrganizationId(UUID(int=11)), OrganizationId(UUID(int=12))
WHY = "She cannot find her tickets."


def ada(**changes: Any) -> User:
    facts: dict[str, Any] = {
        "id": UserId(UUID(int=1)),
        "email": Email("ada@example.com"),
        "password_hash": None,
        "first_name": "Ada",
        "last_name": "Byron",
        "created_at": NOON,
        "updated_at": NOON,
    }
    return User(**facts | changes)


def visit(user: User | None = None, **changes: Any) -> SupportVisit:
    facts: dict[str, Any] = {
        "visitor_id": ADMIN,
        "reason": WHY,
        "minutes": 15,
        "organization_ids": (FOLK, ROCK),
        "at": NOON,
    }
    return SupportVisit.start(VISIT, user or ada(), **facts | changes)


def test_each_organisation_is_told_who_looks_why_and_how_long() -> None:
    started = visit().take_recorded()

    assert started == [
        SupportVisitStarted(
            organization_id=organization_id,
            aggregate_id=VISIT,
            at=NOON,
            user_id=ada().id,
            visitor_id=ADMIN,
            reason=WHY,
            ends_at=NOON + timedelta(minutes=15),
        )
        for organization_id in (ROCK, FOLK)
    ]


def test_and_that_it_is_over_once() -> None:
    one = visit()
    one.take_recorded()

    one.end(at=SOON)
    one.end(at=SOON + timedelta(minutes=1))

    assert one.ended_at == SOON
    ended = one.take_recorded()
    assert [type(event) for event in ended] == [SupportVisitEnded, SupportVisitEnded]
    assert {event.organization_id for event in ended} == {ROCK, FOLK}
    assert {event.at for event in ended} == {SOON}


def test_whoever_works_nowhere_is_in_the_log_of_nobody() -> None:
    assert [e.organization_id for e in visit(organization_ids=()).take_recorded()] == [NOBODYS]


def test_an_end_that_is_seen_late_was_in_time() -> None:
    one = visit(minutes=1)

    one.end(at=SOON)

    assert one.ended_at == NOON + timedelta(minutes=1)


@pytest.mark.parametrize("user", [ada(is_platform_admin=True), ada(is_active=False)])
def test_neither_administrators_nor_disabled_accounts_are_visited(user: User) -> None:
    with pytest.raises(NotVisited):
        visit(user)


@pytest.mark.parametrize("minutes", [-1, 0, 16])
def test_it_is_short(minutes: int) -> None:
    with pytest.raises(InvalidVisitLength):
        visit(minutes=minutes)


@pytest.mark.parametrize("reason", ["", "Because.", " " * 40, "x" * 501, "A reason\x00 with more"])
def test_it_has_a_reason_that_can_be_read(reason: str) -> None:
    with pytest.raises(InvalidText):
        visit(reason=reason)


def test_its_session_ends_with_it_and_is_never_refreshed() -> None:
    secret = refresh_hash_of("nobody knows")
    session = Session.visit(VISIT, ada().id, secret, visitor_id=ADMIN, at=NOON, ends_at=SOON)

    with pytest.raises(InvalidRefreshToken):
        session.rotate(secret, refresh_hash_of("next"), at=NOON)

    assert session.is_alive(SOON - timedelta(microseconds=1))
    assert not session.is_alive(SOON)
