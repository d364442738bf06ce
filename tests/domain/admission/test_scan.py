"""What a door decides."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.admission.scan import (
    USUAL_WINDOW,
    Direction,
    EntryWindow,
    Presence,
    Reason,
    Result,
    TicketAtDoor,
    Verdict,
    decide_scan,
)
from tests.domain.admission.builders import NOON, OTHER_EVENT, a_ticket

ENTRY, EXIT = Direction.ENTRY, Direction.EXIT
INSIDE = Presence(first_entry_at=NOON, last_direction=ENTRY, last_at=NOON)
OUTSIDE = Presence(first_entry_at=NOON, last_direction=EXIT, last_at=NOON)


def decide(
    ticket: TicketAtDoor | None,
    direction: Direction = ENTRY,
    at: datetime = NOON,
    **otherwise: Any,
) -> Verdict:
    usual = {"generation": 0, "event_ids": None, "window": USUAL_WINDOW}
    presence = ticket.presence if ticket else None
    return decide_scan(ticket, presence, direction=direction, at=at, **usual | otherwise)


def test_a_valid_ticket_lets_its_holder_in() -> None:
    verdict = decide(a_ticket())

    assert (verdict.result, verdict.reason) == (Result.ACCEPTED, None)
    assert verdict.presence == INSIDE


def test_whoever_is_inside_does_not_enter_again() -> None:
    verdict = decide(a_ticket(INSIDE), at=NOON + timedelta(hours=1))

    assert (verdict.result, verdict.reason) == (Result.REFUSED, Reason.ALREADY_USED)
    assert verdict.presence == INSIDE


def test_after_an_exit_one_enters_again_and_the_first_entry_is_remembered() -> None:
    later = NOON + timedelta(hours=1)

    verdict = decide(a_ticket(OUTSIDE), at=later)

    assert verdict.presence == Presence(first_entry_at=NOON, last_direction=ENTRY, last_at=later)


@pytest.mark.parametrize("presence", [None, OUTSIDE])
def test_whoever_is_not_inside_does_not_leave(presence: Presence | None) -> None:
    assert decide(a_ticket(presence), EXIT).reason is Reason.NOT_INSIDE


@pytest.mark.parametrize(
    ("facts", "otherwise", "reason"),
    [
        ({}, {"generation": 1}, Reason.REVOKED),
        ({"generation": 2}, {"generation": 1}, Reason.REVOKED),
        ({"is_cancelled": True}, {}, Reason.CANCELLED),
        ({"is_event_cancelled": True}, {}, Reason.EVENT_CANCELLED),
        ({}, {"event_ids": (OTHER_EVENT,)}, Reason.WRONG_EVENT),
    ],
)
def test_a_ticket_that_is_not_good_here_is_refused_with_its_reason(
    facts: dict[str, Any], otherwise: dict[str, Any], reason: Reason
) -> None:
    assert decide(a_ticket(**facts), **otherwise).reason is reason


def test_an_unknown_ticket_is_invalid() -> None:
    assert decide(None).reason is Reason.INVALID


def test_checks_are_made_in_their_order() -> None:
    faults: list[tuple[dict[str, Any], dict[str, Any], Reason]] = [
        ({}, {"generation": 1}, Reason.REVOKED),
        ({"is_cancelled": True}, {}, Reason.CANCELLED),
        ({"is_event_cancelled": True}, {}, Reason.EVENT_CANCELLED),
        ({}, {"event_ids": (OTHER_EVENT,)}, Reason.WRONG_EVENT),
        ({"event_starts_at": NOON + timedelta(days=2)}, {}, Reason.TOO_EARLY),
        ({"presence": INSIDE}, {}, Reason.ALREADY_USED),
    ]

    for first in range(len(faults)):
        facts: dict[str, Any] = {}
        otherwise: dict[str, Any] = {}
        for ticket_fault, door_fault, _ in faults[first:]:
            facts |= ticket_fault
            otherwise |= door_fault
        assert decide(a_ticket(**facts), **otherwise).reason is faults[first][2]


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (NOON - timedelta(hours=6, seconds=1), Reason.TOO_EARLY),
        (NOON - timedelta(hours=6), None),
        (NOON + timedelta(hours=16) - timedelta(seconds=1), None),
        (NOON + timedelta(hours=16), Reason.EVENT_OVER),
    ],
)
def test_doors_open_twelve_hours_before_the_start_and_close_six_after_the_end(
    at: datetime, reason: Reason | None
) -> None:
    assert decide(a_ticket(), at=at).reason is reason


def test_the_hours_of_a_door_are_its_own() -> None:
    window = EntryWindow(opens_before_start=timedelta(hours=1))

    assert decide(a_ticket(), window=window).reason is Reason.TOO_EARLY


@pytest.mark.parametrize(
    "facts",
    [
        {"is_cancelled": True},
        {"is_event_cancelled": True},
        {"event_ends_at": NOON - timedelta(days=1)},
    ],
)
def test_whoever_is_inside_may_always_leave(facts: dict[str, Any]) -> None:
    assert decide(a_ticket(INSIDE, **facts), EXIT).result is Result.ACCEPTED


class DoorMachine(RuleBasedStateMachine):
    """One ticket, scanned in any order at any time: I23, against a model of one boolean."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOON
        self.facts: dict[str, Any] = {}
        self.presence: Presence | None = None
        self.passed: list[Direction] = []

    @rule(
        direction=st.sampled_from(Direction),
        generation=st.sampled_from([0, 0, 0, 1]),
        event_ids=st.sampled_from([None, (OTHER_EVENT,)]),
        minutes=st.integers(0, 60),
    )
    def scan(self, direction: Direction, generation: int, event_ids: Any, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        is_inside = bool(self.passed) and self.passed[-1] is ENTRY
        ticket = a_ticket(self.presence, **self.facts)

        verdict = decide(ticket, direction, self.at, generation=generation, event_ids=event_ids)

        if verdict.result is Result.ACCEPTED:
            self.passed.append(direction)
            assert verdict.presence is not None
            assert verdict.presence.last_at == self.at
            assert verdict.presence.is_inside is (direction is ENTRY)
        else:
            assert verdict.presence == self.presence
        if verdict.reason is Reason.ALREADY_USED:
            assert is_inside
        if verdict.reason is Reason.NOT_INSIDE:
            assert not is_inside
        self.presence = verdict.presence

    @rule(cancelled=st.booleans(), called_off=st.booleans())
    def change(self, cancelled: bool, called_off: bool) -> None:
        self.facts = {"is_cancelled": cancelled, "is_event_cancelled": called_off}

    @invariant()
    def no_second_entry_without_an_exit(self) -> None:
        expected = [ENTRY if place % 2 == 0 else EXIT for place in range(len(self.passed))]
        assert self.passed == expected


TestDoorMachine = DoorMachine.TestCase
