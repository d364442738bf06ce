# ruff: noqa: T201  # It speaks to whoever typed the command.
"""`python -m tests.simulation --seed N --steps M`: one run again, or many new ones."""

import argparse
import sys
import time
from random import SystemRandom

from tests.simulation.run import Told, simulate


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="replay this one and print its trace")
    parser.add_argument("--steps", type=int, default=2_000, help="of a run (default 2000)")
    parser.add_argument("--seconds", type=float, default=60, help="for new seeds, without --seed")
    given = parser.parse_args()
    if given.seed is not None:
        told = simulate(given.seed, given.steps)
        print(*told.trace, sep="\n")
        return _report(told)
    return _search(given.seconds, given.steps)


def _search(seconds: float, steps: int) -> int:
    began, taken, runs = time.perf_counter(), 0, 0
    while (spent := time.perf_counter() - began) < seconds:
        told = simulate(SystemRandom().randrange(2**32), steps)
        taken, runs = taken + told.steps, runs + 1
        if told.faults:
            return _report(told)
    print(f"{runs} runs, {taken} steps, {taken / spent:.0f} steps/s: nothing broke")
    return 0


def _report(told: Told) -> int:
    print(f"seed {told.seed}: {told.steps} steps, {told.commits} commits, {told.outcome}")
    for fault in told.faults:
        print(f"FAULT {fault}", file=sys.stderr)
    return 1 if told.faults else 0


if __name__ == "__main__":
    sys.exit(main())
