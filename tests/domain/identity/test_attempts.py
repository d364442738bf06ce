"""Tries are counted in a stretch of time that moves along."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.identity.attempts import Limit, Tally, Try

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LIMIT = Limit(kind="guess", most=5, within=timedelta(minutes=15))


@given(st.lists(st.integers(0, 120), max_size=200))
def test_no_stretch_of_time_has_more_than_the_limit(pauses_s: list[int]) -> None:
    """However they are spread: not even around the end of a quarter of an hour."""
    now, tally, admitted = NOON, Tally(), list[datetime]()

    for pause in pauses_s:
        now += timedelta(seconds=pause)
        tally = Tally.of(tally.tried_at, LIMIT, at=now)
        if tally.free_at(LIMIT) is None:
            tally = tally.plus(now)
            admitted.append(now)

    for begin in admitted:
        inside = [at for at in admitted if begin <= at < begin + LIMIT.within]
        assert len(inside) <= LIMIT.most


@given(st.lists(st.integers(0, 60), min_size=5, max_size=40))
def test_the_promised_moment_is_the_first_that_is_admitted(pauses_s: list[int]) -> None:
    now, tally = NOON, Tally()
    for pause in pauses_s:
        now += timedelta(seconds=pause)
        tally = Tally.of(tally.tried_at, LIMIT, at=now)
        free_at = tally.free_at(LIMIT)
        if free_at is None:
            tally = tally.plus(now)
            continue

        assert now < free_at <= now + LIMIT.within
        early = free_at - timedelta(microseconds=1)
        assert Tally.of(tally.tried_at, LIMIT, at=early).free_at(LIMIT) is not None
        assert Tally.of(tally.tried_at, LIMIT, at=free_at).free_at(LIMIT) is None


def test_what_is_given_back_does_not_count() -> None:
    full = Tally()
    for _ in range(LIMIT.most):
        full = full.plus(NOON)

    assert full.free_at(LIMIT) == NOON + LIMIT.within
    assert full.without_latest().free_at(LIMIT) is None
    assert Tally().without_latest() == Tally()


def test_what_is_kept_of_a_subject_tells_neither_it_nor_another_kind_of_try() -> None:
    other = Limit(kind="letter", most=3, within=timedelta(hours=1))
    one, another = Try(LIMIT, "ada@example.com"), Try(other, "ada@example.com")

    assert b"ada" not in one.key
    assert one.key != another.key
    assert one.key == Try(LIMIT, "ada@example.com").key
