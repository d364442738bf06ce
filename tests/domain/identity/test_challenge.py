import dataclasses
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.identity.challenge import LIFETIME, Challenge, Purpose
from domain.identity.errors import ChallengeOver
from domain.identity.user import Email, User
from domain.shared.ids import UserId

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ADA = User(
    id=UserId(UUID(int=1)),
    email=Email("ada@example.com"),
    password_hash="$argon2id$1",
    first_name="Ada",
    last_name="Byron",
    created_at=NOON,
    updated_at=NOON,
)
STEP = Challenge.of(UUID(int=5), Purpose.SECOND_STEP, ADA, at=NOON)
OPEN = Challenge.of_anybody(UUID(int=6), Purpose.PASSKEY_LOG_IN, at=NOON)


def test_a_challenge_is_for_one_purpose_and_one_user() -> None:
    STEP.require(Purpose.SECOND_STEP, ADA, at=NOON)
    OPEN.require(Purpose.PASSKEY_LOG_IN, None, at=NOON)


@pytest.mark.parametrize(
    ("challenge", "purpose", "user"),
    [
        (STEP, Purpose.PASSKEY_LOG_IN, ADA),
        (STEP, Purpose.SECOND_STEP, None),
        (STEP, Purpose.SECOND_STEP, dataclasses.replace(ADA, id=UserId(UUID(int=2)))),
        (STEP, Purpose.SECOND_STEP, dataclasses.replace(ADA, password_hash="$argon2id$2")),
        (STEP, Purpose.SECOND_STEP, dataclasses.replace(ADA, password_hash=None)),
        (OPEN, Purpose.PASSKEY_LOG_IN, ADA),
        (OPEN, Purpose.SECOND_STEP, None),
    ],
)
def test_for_anything_else_it_is_over(
    challenge: Challenge, purpose: Purpose, user: User | None
) -> None:
    with pytest.raises(ChallengeOver):
        challenge.require(purpose, user, at=NOON)


def test_after_five_minutes_it_is_over() -> None:
    with pytest.raises(ChallengeOver):
        STEP.require(Purpose.SECOND_STEP, ADA, at=NOON + LIFETIME)


def test_a_puzzle_is_for_one_account_and_nothing_else() -> None:
    puzzle = Challenge.of_puzzle(UUID(int=7), "ada@example.com", at=NOON)

    assert puzzle.is_puzzle_of("ada@example.com", at=NOON)
    assert not puzzle.is_puzzle_of("bob@example.com", at=NOON)
    assert not puzzle.is_puzzle_of("ada@example.com", at=NOON + LIFETIME)
    assert not OPEN.is_puzzle_of("ada@example.com", at=NOON)
    with pytest.raises(ChallengeOver):
        puzzle.require(Purpose.PASSKEY_LOG_IN, None, at=NOON)
