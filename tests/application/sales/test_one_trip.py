"""What a process remembers of the counters, and for how long it believes it."""

from datetime import timedelta

import pytest

from application.sales.one_trip import KNOWN_SECONDS, LastSeen
from domain.sales.allotment import Allotment
from domain.shared.ids import AllotmentId
from tests.domain.sales.builders import EVENT, FLOOR, NOON, ORG

FLOOR_STOCK = AllotmentId(FLOOR)


class Ticks:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def last(ticks: Ticks) -> LastSeen:
    return LastSeen(None, ticks)


def learn(last: LastSeen) -> None:
    last.learn([Allotment(organization_id=ORG, id=FLOOR_STOCK, capacity=10, held=3)], NOON)


def test_before_anything_was_learnt_nothing_is_known(last: LastSeen) -> None:
    assert last.seen([FLOOR_STOCK]) is None


def test_what_was_learnt_is_told_with_a_clock_that_goes_on(last: LastSeen, ticks: Ticks) -> None:
    learn(last)
    ticks.seconds += 2.5

    seen = last.seen([FLOOR_STOCK, AllotmentId(EVENT)])

    assert seen is not None
    assert seen.stock.keys() == {FLOOR_STOCK}
    assert seen.stock[FLOOR_STOCK].available == 7
    assert seen.now == NOON + timedelta(seconds=2.5)


def test_a_virtual_clock_stays_in_charge(ticks: Ticks) -> None:
    last = LastSeen(lambda: NOON + timedelta(days=1), ticks)
    learn(last)

    seen = last.seen([FLOOR_STOCK])

    assert seen is not None
    assert seen.now == NOON + timedelta(days=1)


def test_what_is_old_or_forgotten_is_not_believed(last: LastSeen, ticks: Ticks) -> None:
    learn(last)
    ticks.seconds += KNOWN_SECONDS + 1
    old = last.seen([FLOOR_STOCK])
    learn(last)
    last.forget([FLOOR_STOCK])
    forgotten = last.seen([FLOOR_STOCK])

    assert old is not None
    assert old.stock == {}
    assert forgotten is not None
    assert forgotten.stock == {}
