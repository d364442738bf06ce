"""`make bench`: the on-sale minute through HTTP, next to what this machine can do at best.

Reads stand beside a bare handler on the same server, sales beside pgbench on the same PostgreSQL.
Only the ratios carry over to other machines. `--quick` only shows that everything works.
"""

import argparse
import signal
import sys
import time
from types import FrameType

from tests.bench import machine
from tests.bench.house import GUESSES_PER_NETWORK, RATE_MULTIPLIER, a_house
from tests.bench.measures import FULL, QUICK, RUSH_CLIENTS, RUSH_TICKETS, Bench, Effort, middle
from tests.bench.table import costs, table
from tests.bench.world import make_world
from tests.bench.yardstick import Yardstick


def main() -> int:
    """1 if anything was answered wrongly; never because something was slow."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a third of a second per measure")
    effort = QUICK if parser.parse_args().quick else FULL
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _bench(effort)
    except KeyboardInterrupt:
        return 130


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _bench(effort: Effort) -> int:
    began = time.monotonic()
    _say("starting PostgreSQL (durable), the API and a bare Litestar hello ...")
    with a_house() as house:
        yardstick = Yardstick(house)
        _say(f"machine: {machine.described()}")
        _say(f"disk: one fdatasync takes {machine.fdatasync_us(house.home):,.0f} us")
        _say(f"yardstick of sales: {yardstick.name}, one order per transaction")
        _say(f"rate limits: counted, but {RATE_MULTIPLIER:,} times as high as by default")
        _say(f"guesses of a network: counted, but {GUESSES_PER_NETWORK:,} a minute instead of 20")
        world = make_world(house.api_port, buyers=effort.clients, events=effort.events)
        try:
            bench = Bench(house, world, yardstick, effort, _say)
            rows = bench.run()
            bench.memory_mb = machine.memory_mb(house.api_pid)
        finally:
            world.promoter.close()
    for part in ("", table(rows), "", costs(rows, bench.pulled), ""):
        _say(part)
    logins = middle([told["done"] / told["seconds"] for told in bench.logins])
    slowed = bench.slowed
    _say(
        f"p99 of event reads while {logins:.0f} people a second sign in:"
        f" {middle(slowed):.2f} times the p99 without"
        f" ({min(slowed):.2f}-{max(slowed):.2f}; at most 2 is wanted)"
    )
    for told in bench.logins:
        if told["errors"]:
            _say(f"logins: {told['errors']} {told['first_error']}")
    for rush in bench.rushes:
        _say(f"{RUSH_CLIENTS:,} clients for {RUSH_TICKETS} tickets: {rush}")
    _say(f"memory of the API process at its height: {bench.memory_mb:.0f} MB")
    _say(f"the coalescer adds {machine.coalescer_us():.0f} us to a command that comes alone")
    for row in rows:
        if row.first_error:
            _say(f"{row.what}: {row.first_error}")
    _say(f"{time.monotonic() - began:.0f} s; {effort.clients} connections; medians of the rounds")
    is_wrong = any(row.errors for row in rows) or any(told["errors"] for told in bench.logins)
    return 1 if is_wrong else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
