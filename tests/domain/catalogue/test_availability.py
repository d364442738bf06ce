"""Why so many tickets are left and not more."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue.availability import DrawnOn, Explanation, Left, Sale, explain, scarcest
from domain.catalogue.phase import Intent
from domain.shared.ids import AllotmentId
from domain.shared.period import Period
from tests.domain.catalogue.builders import NOON

LATER = NOON + timedelta(minutes=7)


def drawn(kind: str = "ticket_type", **counts: Any) -> DrawnOn:
    usual: dict[str, Any] = {
        "allotment_id": AllotmentId(UUID(int=len(kind))),
        "kind": kind,
        "name": "Floor",
        "units": 1,
        "capacity": 10,
        "held": 0,
        "sold": 0,
        "blocked": 0,
        "waiting": 0,
    }
    return DrawnOn(**(usual | counts))


def a_sale(**changes: Any) -> Sale:
    usual: dict[str, Any] = {
        "intent": Intent.PUBLISHED,
        "is_hidden": False,
        "ends_at": NOON + timedelta(days=1),
        "event_window": Period(),
        "type_window": Period(),
    }
    return Sale(**(usual | changes))


def told(*draws: DrawnOn, **changes: Any) -> Explanation:
    runs_out = {one.allotment_id: LATER for one in draws}
    return explain(a_sale(**changes), draws, now=NOON, runs_out=runs_out)


@pytest.mark.parametrize(
    ("counts", "left", "why"),
    [
        ({"sold": 3}, Left.AVAILABLE, "7 left; the ticket type Floor is the limit."),
        ({"sold": 10}, Left.GONE, "The ticket type Floor is sold out: 10 of 10 are sold."),
        (
            {"sold": 9, "units": 4},
            Left.GONE,
            "The ticket type Floor is sold out: 9 of 10 are sold, and one ticket takes 4.",
        ),
        (
            {"sold": 7, "held": 3},
            Left.ORDERED,
            "What is unsold of the ticket type Floor is not free: 3 held by orders that are not "
            "paid yet, the first of which runs out at 2026-06-01 12:07:00 UTC.",
        ),
        (
            {"sold": 7, "blocked": 2, "waiting": 1},
            Left.ORDERED,
            "What is unsold of the ticket type Floor is not free: 2 offered to the waiting list; "
            "1 owed to the waiting list first.",
        ),
        (
            {"sold": 7, "in_carts": 3},
            Left.RESERVED,
            "What is free of the ticket type Floor lies in carts: 3 of 3.",
        ),
        ({"capacity": None, "sold": 99}, Left.AVAILABLE, "There is no limit."),
    ],
)
def test_the_reason_is_the_most_lasting_one(counts: dict[str, Any], left: Left, why: str) -> None:
    explanation = told(drawn(**counts))

    assert (explanation.left, explanation.why) == (left, why)


def test_what_orders_hold_may_come_back_when_they_run_out() -> None:
    assert told(drawn(held=10)).back_at == LATER
    assert told(drawn(sold=10)).back_at is None
    assert (
        explain(a_sale(), [drawn(held=10)], now=LATER + timedelta(seconds=9), runs_out={}).back_at
        is None
    )


def test_what_ran_out_is_back_at_once() -> None:
    held = drawn(held=10)
    late = LATER + timedelta(seconds=9)

    explanation = explain(a_sale(), [held], now=late, runs_out={held.allotment_id: LATER})

    assert explanation.back_at == late


def test_a_pool_that_is_sold_out_limits_more_than_a_type_that_is_in_carts() -> None:
    own, pool = drawn(in_carts=10), drawn("pool", name="Stand", sold=10)

    assert told(own, pool).limit is pool
    assert told(own, drawn("event", capacity=None)).limit is own


@pytest.mark.parametrize(
    ("changes", "why", "back_at"),
    [
        ({"intent": Intent.DRAFT}, "The event is draft.", None),
        ({"intent": Intent.CANCELLED}, "The event is cancelled.", None),
        ({"is_hidden": True}, "Tickets of this type are hidden.", None),
        (
            {"event_window": Period(LATER, None)},
            "The sale of the event opens at 2026-06-01 12:07:00 UTC.",
            LATER,
        ),
        (
            {"type_window": Period(None, NOON)},
            "The sale of the ticket type closed at 2026-06-01 12:00:00 UTC.",
            None,
        ),
        ({"ends_at": NOON}, "The event is over.", None),
    ],
)
def test_what_is_not_sold_now_is_closed(changes: dict[str, Any], why: str, back_at: object) -> None:
    explanation = told(drawn(sold=10), **changes)

    assert (explanation.left, explanation.why) == (Left.CLOSED, why)
    assert explanation.back_at == back_at


_COUNTS = st.integers(min_value=0, max_value=12)


@given(_COUNTS, _COUNTS, _COUNTS, _COUNTS, _COUNTS, st.integers(min_value=1, max_value=5))
def test_the_parts_add_up_and_nothing_is_negative(
    held: int, sold: int, blocked: int, waiting: int, in_carts: int, units: int
) -> None:
    capacity = held + sold + blocked + 3
    one = drawn(
        capacity=capacity,
        held=held,
        sold=sold,
        blocked=blocked,
        waiting=waiting,
        in_carts=in_carts,
        units=units,
    )

    assert one.free is not None
    assert one.tickets is not None
    assert capacity == one.held + one.sold + one.blocked + one.free
    assert one.tickets >= 0
    assert (one.left in (Left.AVAILABLE, Left.RESERVED)) == (one.tickets > 0)
    assert scarcest([one]) is one
