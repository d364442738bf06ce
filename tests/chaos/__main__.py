# ruff: noqa: T201  # It speaks to whoever typed the command.
"""`python -m tests.chaos --seconds N`: people buy while processes die; 1 if a promise broke."""

import argparse
import asyncio
import signal
import sys
import time
from random import SystemRandom
from types import FrameType

from tests.chaos.storm import Storm, Told
from tests.chaos.town import Plan, a_town


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="of storm (default 600)")
    parser.add_argument("--apis", type=int, default=3)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--capacity", type=int, default=0, help="tickets (default 5 per second)")
    parser.add_argument("--saboteur", default="", help="`unlocked`: a control, must be caught")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(2**32))
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    plan = Plan(
        seconds=given.seconds,
        apis=given.apis,
        clients=given.clients,
        capacity=given.capacity or int(5 * given.seconds) + 50,
        saboteur=given.saboteur,
    )
    print(f"seed {given.seed}, {plan}", flush=True)
    began = time.monotonic()
    try:
        with a_town(plan) as town:
            told = asyncio.run(Storm(town, plan, given.seed).run())
    except KeyboardInterrupt:
        return 130
    _report(told, time.monotonic() - began)
    return 0 if told.is_well else 1


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _report(told: Told, seconds: float) -> None:
    print(f"{seconds:.0f} s, {told.looks} looks at all invariants")
    print(f"oversold: {told.oversold}")
    print("killed:", dict(told.kills))
    print("answers:", dict(told.answers.most_common()))
    print("orders:", told.orders, "sold:", told.sold)
    print(f"longest wait for an answer: {told.longest_wait:.1f} s")
    for name, rows in told.violations.items():
        print(f"VIOLATED {name}: {rows[:3]}", file=sys.stderr)
    for fault in told.faults:
        print(f"FAULT {fault}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
