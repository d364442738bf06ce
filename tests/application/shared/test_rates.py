"""Buckets: what goes in, what runs dry, and how many are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.shared.rates import SHARED_BUCKETS, Policy, Rate

ALICE, BOB = b"alice", b"bob"


class Seconds:
    """A clock that is told what time it is."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def let_in(policy: Policy, who: bytes, times: int) -> int:
    return sum(policy.spend(who) >= 0 for _ in range(times))


def test_a_burst_and_then_one_at_a_time(seconds: Seconds) -> None:
    policy = Policy("p", Rate(per_minute=60, burst=10), now=seconds)

    assert let_in(policy, ALICE, 50) == 10
    seconds.now += 0.99
    assert let_in(policy, ALICE, 5) == 0
    seconds.now += 0.02
    assert let_in(policy, ALICE, 5) == 1
    seconds.now += 1_000
    assert let_in(policy, ALICE, 50) == 10


def test_it_says_what_is_left_and_when_to_come_back(seconds: Seconds) -> None:
    policy = Policy("p", Rate(per_minute=60, burst=3), now=seconds)

    left = [int(policy.spend(ALICE) / policy.interval_s) for _ in range(3)]
    wait_s = -policy.spend(ALICE)

    assert left == [2, 1, 0]
    assert wait_s == pytest.approx(1, abs=1e-3)
    seconds.now += wait_s
    assert policy.spend(ALICE) >= 0


def test_who_is_refused_does_not_wait_longer_for_asking(seconds: Seconds) -> None:
    policy = Policy("p", Rate(per_minute=60, burst=1), now=seconds)
    assert let_in(policy, ALICE, 100) == 1

    seconds.now += 1.001

    assert let_in(policy, ALICE, 1) == 1


def test_each_has_a_bucket(seconds: Seconds) -> None:
    policy = Policy("p", Rate(per_minute=60, burst=2), now=seconds)

    assert let_in(policy, ALICE, 5) == 2
    assert let_in(policy, BOB, 5) == 2


@given(
    rate=st.builds(Rate, st.integers(1, 6_000), st.integers(1, 100)),
    pauses=st.lists(st.floats(0, 3), max_size=200),
)
def test_no_timing_lets_more_in_than_the_rate(rate: Rate, pauses: list[float]) -> None:
    seconds = Seconds()
    policy = Policy("p", rate, now=seconds)
    admitted = 0
    for pause in pauses:
        seconds.now += pause
        admitted += let_in(policy, ALICE, 3)

    most = rate.burst + sum(pauses) * rate.per_minute / 60
    assert admitted <= most + 0.01


def test_buckets_that_have_run_dry_are_forgotten(seconds: Seconds) -> None:
    policy = Policy("p", Rate(per_minute=60, burst=10), now=seconds)
    for number in range(1_000):
        policy.spend(b"%d" % number)

    seconds.now += 2
    for number in range(1_000, 1_600):
        policy.spend(b"%d" % number)

    assert len(policy) <= 600


def test_a_crowd_neither_fills_the_memory_nor_resets_anybody(seconds: Seconds) -> None:
    """DS-10: a /64 for every request."""
    policy = Policy("p", Rate(per_minute=60, burst=10), buckets_max=100, now=seconds)
    assert let_in(policy, ALICE, 20) == 10

    for number in range(5_000):
        policy.spend(b"crowd %d" % number)

    assert len(policy) <= 100 + SHARED_BUCKETS
    assert let_in(policy, ALICE, 1) == 0
    assert sum(let_in(policy, b"late %d" % number, 1) for number in range(50_000)) <= (
        SHARED_BUCKETS * 10
    )


def test_a_share_is_the_same_bucket_in_smaller_steps(seconds: Seconds) -> None:
    policy = Policy("p", Rate(per_minute=60, burst=20), now=seconds)
    policy.share(4)

    assert let_in(policy, ALICE, 50) == 5
    seconds.now += 60
    assert let_in(policy, ALICE, 50) == 5
    seconds.now += 4.001
    assert let_in(policy, ALICE, 50) == 1
    policy.share(1)
    seconds.now += 60
    assert let_in(policy, ALICE, 50) == 20


def test_a_share_of_little_is_one_and_not_none(seconds: Seconds) -> None:
    policy = Policy("p", Rate(per_minute=60, burst=2), now=seconds)

    policy.share(10)

    assert let_in(policy, ALICE, 5) == 1


@pytest.mark.parametrize(
    "written", ["", "60", "60/", "/5", "0/1", "60/0", "-1/5", "1e3/5", "60/5/5"]
)
def test_a_rate_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="120/60"):
        Rate.parse(written)


def test_a_rate_is_written_as_two_numbers() -> None:
    assert Rate.parse(" 120/60 ") == Rate(120, 60)
    assert Rate(120, 60).times(10) == Rate(1_200, 600)
