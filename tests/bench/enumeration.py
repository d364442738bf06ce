"""AU-11 by the clock: how long answers take for addresses with an account, and for others.

`python -m tests.bench.enumeration --count 300`. Never asserted: on a shared machine a clock proves
nothing, so the noise stands beside each difference. Addresses are asked about in turn and in random
order, each once, over one connection; registration is `verified_first`.
"""

import argparse
import asyncio
import math
import random
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import httpx
import psycopg
from psycopg.conninfo import make_conninfo

from adapters.embedded.postgres import DATABASE
from adapters.tokens.passwords import Argon2Passwords
from tests.bench.house import House, a_house
from tests.bench.journeys import PASSWORD

WARM_UP = 40
RESAMPLES = 2_000
WRONG = "never the right one"
KINDS = ("known", "unknown")

_MAKE = """
    insert into users (id, email, email_key, password_hash, first_name, last_name,
                       is_platform_admin, is_active, created_at, updated_at, version)
    select gen_random_uuid(), name, name, %s, 'Ada', 'Bench', false, true, now(), now(), 1
    from unnest(cast(%s as text[])) as name
"""
_ASKED: dict[str, Callable[[str], dict[str, Any]]] = {
    "login": lambda email: {"email": email, "password": WRONG},
    "forgot-password": lambda email: {"email": email},
    "register": lambda email: {
        "email": email,
        "password": "correct horse battery",
        "firstName": "Eve",
        "lastName": "Doe",
    },
}


def address(kind: str, door: str, number: int) -> str:
    """Equally long, and never asked about twice."""
    return f"{kind[:2]}{door[:2]}{number:06}@example.com"


def make_accounts(house: House, count: int) -> None:
    password_hash = asyncio.run(Argon2Passwords().hash(PASSWORD))
    names = [address("known", door, number) for door in _ASKED for number in range(count)]
    url = make_conninfo(house.superuser_url, dbname=DATABASE)
    with psycopg.connect(url) as connection:
        connection.execute(_MAKE, (password_hash, names))


def timed(client: httpx.Client, door: str, count: int) -> dict[str, list[float]]:
    """Milliseconds of each answer after the warm-up; what was answered is the same for both."""
    told: dict[str, list[float]] = {kind: [] for kind in KINDS}
    answers = set()
    for number in range(count):
        for kind in random.sample(KINDS, 2):
            body = _ASKED[door](address(kind, door, number))
            began = time.perf_counter()
            answer = client.post(f"/auth/{door}", json=body)
            took = (time.perf_counter() - began) * 1000
            answers.add(answer.status_code)
            if number >= WARM_UP:
                told[kind].append(took)
    if len(answers) != 1:
        raise RuntimeError(f"{door} answered {sorted(answers)}")
    return told


def noise(known: list[float], unknown: list[float]) -> tuple[float, float]:
    """Where 95% of the differences of medians are when the pairs are drawn again."""
    pairs = list(zip(known, unknown, strict=True))
    found = []
    for _ in range(RESAMPLES):
        drawn = random.choices(pairs, k=len(pairs))
        found.append(median(one for one, _ in drawn) - median(other for _, other in drawn))
    found.sort()
    return found[RESAMPLES // 40], found[-RESAMPLES // 40]


def mann_whitney(known: list[float], unknown: list[float]) -> float:
    """The probability of such ranks if there is no difference (normal approximation)."""
    ranked = sorted([(took, True) for took in known] + [(took, False) for took in unknown])
    ranks = sum(rank for rank, (_, is_known) in enumerate(ranked, start=1) if is_known)
    n, m = len(known), len(unknown)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def line_of(door: str, told: dict[str, list[float]]) -> str:
    known, unknown = told["known"], told["unknown"]
    low, high = noise(known, unknown)
    return (
        f"{door:16} known {median(known):7.2f} ms  unknown {median(unknown):7.2f} ms"
        f"  difference {median(known) - median(unknown):+.2f} ms (95%: {low:+.2f} to {high:+.2f})"
        f"  Mann-Whitney p {mann_whitney(known, unknown):.2f}  n {len(known)}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.enumeration", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="of each kind and door")
    count = parser.parse_args().count + WARM_UP
    with a_house(TIXMO_REGISTRATION="verified_first") as house:
        make_accounts(house, count)
        api = f"http://127.0.0.1:{house.api_port}/api/v1"
        with httpx.Client(base_url=api, trust_env=False, timeout=30) as client:
            for door in _ASKED:
                sys.stdout.write(f"{line_of(door, timed(client, door, count))}\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
