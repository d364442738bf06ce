from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity.errors import (
    EnrolmentOver,
    SecondFactorLocked,
    SecondFactorOff,
    SecondFactorOn,
    TooManyCodes,
)
from domain.identity.second_factor import (
    ENROLMENT,
    WRONG_IN_A_ROW_MAX,
    WRONG_MAX,
    WRONG_WITHIN,
    SecondFactor,
)
from domain.shared.ids import UserId

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def a_factor() -> SecondFactor:
    return SecondFactor(user_id=UserId(UUID(int=1)))


def an_app(last_step: int = 100) -> SecondFactor:
    factor = a_factor()
    factor.enrol(b"seed", at=NOON)
    assert factor.confirm(last_step, at=NOON)
    factor.give_recovery(["AAAAA-BBBBB-CCCCC-DDDDD", "EEEEE-FFFFF-GGGGG-HHHHH"])
    return factor


def test_an_app_is_set_up_by_its_first_code() -> None:
    factor = a_factor()
    factor.enrol(b"seed", at=NOON)
    assert not factor.has_app

    assert factor.confirm(7, at=NOON + MINUTE)

    assert (factor.seed, factor.enabled_at, factor.last_step) == (b"seed", NOON + MINUTE, 7)
    assert factor.pending_seed is None


def test_a_seed_waits_ten_minutes_for_its_first_code() -> None:
    factor = a_factor()
    factor.enrol(b"seed", at=NOON)

    with pytest.raises(EnrolmentOver):
        factor.confirm(7, at=NOON + ENROLMENT)
    with pytest.raises(EnrolmentOver):
        a_factor().confirm(7, at=NOON)


def test_an_app_is_not_replaced_while_it_is_on() -> None:
    with pytest.raises(SecondFactorOn):
        an_app().enrol(b"thief's", at=NOON)


def test_the_code_of_a_time_step_counts_once() -> None:
    factor = an_app(last_step=100)

    assert not factor.try_step(100, at=NOON)
    assert factor.try_step(101, at=NOON)
    assert not factor.try_step(101, at=NOON)
    assert not factor.try_step(99, at=NOON)
    assert not factor.try_step(None, at=NOON)


def test_the_code_that_counted_is_no_guess_when_it_comes_again() -> None:
    factor = an_app(last_step=100)
    assert factor.try_step(101, at=NOON)

    for _ in range(20):
        assert not factor.try_step(101, at=NOON)

    assert (factor.wrong_at, factor.wrong_in_a_row) == ((), 0)
    for step in (100, None, 99):  # All others are.
        assert not factor.try_step(step, at=NOON)
    assert factor.wrong_in_a_row == 3


def test_a_recovery_code_counts_once_however_it_is_written() -> None:
    factor = an_app()

    assert factor.try_recovery("aaaaabbbbb cccccDDDDD", at=NOON)
    assert not factor.try_recovery("AAAAA-BBBBB-CCCCC-DDDDD", at=NOON)
    assert len(factor.recovery_hashes) == 1


def test_five_wrong_tries_in_fifteen_minutes_are_all() -> None:
    factor = an_app()
    for minute in range(WRONG_MAX):
        assert not factor.try_step(None, at=NOON + minute * MINUTE)

    with pytest.raises(TooManyCodes) as refused:
        factor.seed_to_check(at=NOON + 14 * MINUTE)
    with pytest.raises(TooManyCodes):
        factor.try_recovery("AAAAA-BBBBB-CCCCC-DDDDD", at=NOON + 14 * MINUTE)

    assert refused.value.facts == {"retry_after": 60}
    assert factor.seed_to_check(at=NOON + WRONG_WITHIN) == b"seed"


def test_a_right_try_forgives_no_wrong_ones() -> None:
    factor = an_app()
    for _ in range(WRONG_MAX - 1):
        factor.try_step(None, at=NOON)
    assert factor.try_step(101, at=NOON)

    factor.try_step(None, at=NOON)

    with pytest.raises(TooManyCodes):
        factor.seed_to_check(at=NOON)


def test_after_twenty_in_a_row_only_a_recovery_code_helps() -> None:
    factor = an_app()
    at = NOON
    for _ in range(WRONG_IN_A_ROW_MAX):
        factor.seed_to_check(at=at)
        factor.try_step(None, at=at)
        at += WRONG_WITHIN

    with pytest.raises(SecondFactorLocked):
        factor.seed_to_check(at=at)
    assert factor.try_recovery("AAAAA-BBBBB-CCCCC-DDDDD", at=at)

    assert factor.seed_to_check(at=at) == b"seed"


def test_without_an_app_there_is_nothing_to_check_or_remove() -> None:
    with pytest.raises(SecondFactorOff):
        a_factor().seed_to_check(at=NOON)
    with pytest.raises(SecondFactorOff):
        a_factor().remove_app()


def test_a_reset_forgets_all_but_the_latest_wrong_tries() -> None:
    factor = an_app()
    for _ in range(WRONG_MAX):
        factor.try_step(None, at=NOON)

    factor.reset()

    assert not factor.has_app
    assert not factor.recovery_hashes
    assert not factor.is_locked
    with pytest.raises(TooManyCodes):
        factor.require_tries(at=NOON)


@given(st.lists(st.tuples(st.integers(0, 600), st.booleans()), max_size=120))
def test_no_quarter_of_an_hour_has_more_than_five_wrong_tries(
    tries: list[tuple[int, bool]],
) -> None:
    """AU-07, over any rhythm; and between two right ones there are at most twenty."""
    factor, at, step = an_app(), NOON, 100
    looked_at: list[datetime] = []
    in_a_row = 0
    for pause, is_good in tries:
        at += timedelta(seconds=pause)
        try:
            factor.seed_to_check(at=at)
        except (TooManyCodes, SecondFactorLocked):
            continue
        if is_good:
            step += 1
            assert factor.try_step(step, at=at)
            in_a_row = 0
        else:
            assert not factor.try_step(None, at=at)
            looked_at.append(at)
            in_a_row += 1
        assert in_a_row <= WRONG_IN_A_ROW_MAX
    for end in looked_at:
        window = [one for one in looked_at if end - WRONG_WITHIN < one <= end]
        assert len(window) <= WRONG_MAX
