"""The shop, its people and chance: no order of steps breaks a promise, broken shops are caught."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from random import SystemRandom

import pytest

from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.run import Told, simulate

ROOT = Path(__file__).parents[2]
LONG = float(os.environ.get("TIXMO_TEST_LONG", "1"))
"""How many times longer than in `make test`."""
STEPS = 2_000
FIXED_SEEDS = range(12)
NEW_SEEDS = int(6 * LONG)
SEEDS_UNTIL_CAUGHT = 150


def explained(told: Told) -> str:
    """What to type to see it again."""
    replay = f"python -m tests.simulation --seed {told.seed} --steps {STEPS}"
    return "\n".join([f"{replay} shows:", *told.faults, *told.trace[-15:]])


@pytest.mark.parametrize("seed", FIXED_SEEDS)
def test_no_interleaving_breaks_a_promise(seed: int) -> None:
    told = simulate(seed, STEPS)

    assert not told.faults, explained(told)


def test_nor_does_one_that_nobody_has_seen(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(NEW_SEEDS):
        told = simulate(SystemRandom().randrange(2**32), STEPS)

        assert not told.faults, explained(told)


def test_everything_happens_in_some_run() -> None:
    """A simulator in which nothing goes wrong would find nothing."""
    rare = {
        "has order",
        "as before",
        "sold_out",
        "customer_limit_reached",
        "promo_code_exhausted",
        "price_changed",
        "pays: paid, kept",
        "without the shop",
        "was killed",
        "the answer was lost",
        "gateway_down",
        "capacity_below_sold",
    }
    for seed in (*FIXED_SEEDS, *range(SEEDS_UNTIL_CAUGHT)):
        said = "\n".join(simulate(seed, STEPS).trace)
        rare -= {what for what in rare if what in said}
        if not rare:
            break
    assert not rare


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_shop_without_this_guard_is_caught(mutant: Mutant) -> None:
    with mutant():
        caught = any(simulate(seed, STEPS).faults for seed in range(SEEDS_UNTIL_CAUGHT))

    assert caught


def test_a_seed_replays_exactly_in_another_process() -> None:
    told = simulate(5, STEPS)

    for hash_seed in ("1", "2"):
        done = subprocess.run(
            (sys.executable, "-m", "tests.simulation", "--seed", "5", "--steps", str(STEPS)),
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )

        replayed = done.stdout.splitlines()[:-1]
        assert _digest(replayed) == _digest(told.trace)


def _digest(trace: list[str]) -> str:
    return hashlib.sha256("\n".join(trace).encode()).hexdigest()
