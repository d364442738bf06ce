"""The crash test, in short; `make chaos` storms for ten minutes."""

import asyncio
import os
from random import SystemRandom

import pytest

from tests.chaos.storm import Storm, Told
from tests.chaos.town import Plan, a_town

pytestmark = pytest.mark.e2e
LONG = float(os.environ.get("TIXMO_TEST_LONG", "1"))
"""How many times longer than in `make test`."""


def storm_over(plan: Plan) -> Told:
    with a_town(plan) as town:
        return asyncio.run(Storm(town, plan, SystemRandom().randrange(2**32)).run())


def test_nothing_is_oversold_or_lost_while_processes_die() -> None:
    told = storm_over(Plan(seconds=12 * LONG, seconds_between_kills=2, capacity=int(120 * LONG)))

    assert told.is_well, (told.violations, told.faults)
    assert told.kills.total() > 2
    assert told.looks > 3
    assert told.orders["paid"] > 0


def test_the_storm_sees_an_oversold_event() -> None:
    """The control: without the lock on the counters, and without the CHECK behind it."""
    told = storm_over(
        Plan(seconds=40, clients=16, capacity=50, hold_seconds=8, kills=False, saboteur="unlocked")
    )

    assert told.oversold > 0, told
    assert "I02" in told.violations
