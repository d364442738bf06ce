"""What an organiser may decide about a waiting room, and what visitors are told of their turn."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.sales.errors import InvalidAdmissionRate, InvalidOpening, InvalidPassTime
from domain.sales.waiting_room import (
    DRAW_BITS,
    Turn,
    Visitor,
    WaitingRoom,
    instant_of,
    micros,
    place_of,
    retry_after_s,
)
from domain.shared.errors import Invalid
from tests.domain.sales.builders import EVENT, NOON, ORG

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
SOMEBODY = Visitor(id=bytes(16), draw=5)


def a_room(**facts: object) -> WaitingRoom:
    room: dict[str, object] = {
        "organization_id": ORG,
        "event_id": EVENT,
        "is_on": False,
        "opens_at": None,
        "per_minute": 600,
        "pass_minutes": 10,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return WaitingRoom(**(room | facts))  # type: ignore[arg-type]  # Facts are named as they are.


def a_turn(**facts: object) -> Turn:
    turn: dict[str, object] = {"at": NOON, "entered_at": NOON, "waiting": 100, "per_minute": 60.0}
    return Turn(**(turn | facts))  # type: ignore[arg-type]  # Facts are named as they are.


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"per_minute": 0}, InvalidAdmissionRate),
        ({"per_minute": -1}, InvalidAdmissionRate),
        ({"per_minute": 100_001}, InvalidAdmissionRate),
        ({"pass_minutes": 0}, InvalidPassTime),
        ({"pass_minutes": 1_441}, InvalidPassTime),
        ({"opens_at": datetime(1999, 12, 31, tzinfo=UTC)}, InvalidOpening),
        ({"opens_at": datetime(2200, 1, 1, tzinfo=UTC)}, InvalidOpening),
    ],
)
def test_what_makes_no_sense_is_refused(facts: dict[str, object], refusal: type[Invalid]) -> None:
    with pytest.raises(refusal):
        a_room(**facts)
    with pytest.raises(refusal):
        decided: dict[str, object] = {
            "is_on": True,
            "opens_at": None,
            "per_minute": 600,
            "pass_minutes": 10,
            "at": NOON,
        }
        a_room().change(**(decided | facts))  # type: ignore[arg-type]  # As above.


def test_switching_makes_another_offer_and_changing_the_pace_does_not() -> None:
    room = a_room()
    pace = {"opens_at": None, "per_minute": 60, "pass_minutes": 10, "at": NOON}

    told = [
        room.change(is_on=is_on, **pace)  # type: ignore[arg-type]  # Named as they are.
        for is_on in (False, True, True, False)
    ]

    assert told == [False, True, False, True]


def test_everybody_of_the_draw_stands_before_everybody_who_came_later() -> None:
    last_lot = Visitor(id=bytes(16), draw=2**DRAW_BITS - 1)

    drawn = place_of(last_lot, NOON, NOON - timedelta(microseconds=1))
    later = [place_of(SOMEBODY, NOON, NOON + number * SECOND) for number in range(3)]

    assert drawn < later[0] < later[1] < later[2]


def test_a_place_is_a_number_that_a_float_holds() -> None:
    late = place_of(SOMEBODY, NOON, datetime(2199, 12, 31, tzinfo=UTC))
    early = place_of(SOMEBODY, NOON, NOON - SECOND)

    assert float(late) == late < 2**53
    assert float(early) == early > -(2**53)


def test_microseconds_come_back_as_the_same_instant() -> None:
    at = datetime(2026, 7, 1, 10, 0, 0, 123_457, tzinfo=UTC)

    assert instant_of(micros(at)) == at


def test_a_name_counts_for_a_day_after_the_opening_or_the_arrival() -> None:
    early = Visitor(id=bytes(16), draw=0, entered_at=NOON - 100 * HOUR)
    late = Visitor(id=bytes(16), draw=0, entered_at=NOON + 10 * HOUR)

    assert not early.is_forgotten(NOON, at=NOON + 24 * HOUR - SECOND)
    assert early.is_forgotten(NOON, at=NOON + 24 * HOUR)
    assert not late.is_forgotten(NOON, at=NOON + 34 * HOUR - SECOND)
    assert late.is_forgotten(NOON, at=NOON + 34 * HOUR)


def test_the_estimate_says_when_the_turn_comes_or_nothing() -> None:
    assert a_turn(ahead=0).estimated_s == 1
    assert a_turn(ahead=599, per_minute=600.0).estimated_s == 60
    assert a_turn(ahead=0, per_minute=7.0).estimated_s == 9
    assert a_turn(ahead=None).estimated_s is None
    assert a_turn(ahead=3, per_minute=0.0).estimated_s is None
    assert a_turn(ahead=3, per_minute=None).estimated_s is None
    assert a_turn(admitted_until=NOON + HOUR).estimated_s is None


def test_the_nearer_the_turn_the_sooner_one_asks_again() -> None:
    told = [retry_after_s(a_turn(ahead=ahead), SOMEBODY, NOON) for ahead in (0, 39, 10_000)]

    assert told == [2, 10, 30]


def test_nobody_is_told_to_stay_away_so_long_that_they_would_be_passed_over() -> None:
    for ahead in (None, 0, 10, 10**6):
        for left in (-HOUR, 0 * HOUR, 5 * SECOND, 30 * SECOND, 31 * SECOND, HOUR):
            for first_byte in (0, 128, 255):
                visitor = Visitor(id=bytes([first_byte]) + bytes(15), draw=0)
                told = retry_after_s(a_turn(ahead=ahead), visitor, NOON + left)
                assert 2 <= told <= 45


def test_at_the_opening_people_come_back_spread_over_seconds_and_not_before() -> None:
    visitors = [Visitor(id=bytes([number]) + bytes(15), draw=0) for number in range(256)]

    told = [retry_after_s(a_turn(), visitor, NOON + 20 * SECOND) for visitor in visitors]

    assert min(told) >= 20
    assert len(set(told)) >= 15
