"""The rounds: each measure in turn with its yardstick, so that a noisy machine disturbs both."""

import itertools
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

import psycopg
from psycopg.conninfo import make_conninfo

from adapters.embedded.postgres import DATABASE
from tests.bench.house import ROOT, House
from tests.bench.journeys import API, Crowd
from tests.bench.load import DRAIN_SECONDS, Task, Told
from tests.bench.world import World
from tests.bench.yardstick import Pulled, Yardstick

BARCODES_MAX = 10_000
START_SECONDS = 20.0
"""For the load generator's process, on a busy machine."""


@dataclass(frozen=True)
class Effort:
    """How long everything is measured, and by how many connections at once."""

    clients: int
    rounds: int
    seconds: float
    warm_up_seconds: float
    pgbench_seconds: int
    pgbench_clients: tuple[int, ...]


FULL = Effort(64, 3, 3.5, 3.0, 3, (4, 16, 32))
QUICK = Effort(8, 1, 0.5, 0.3, 1, (4,))


@dataclass(frozen=True)
class Cpu:
    """Seconds per unit; None where the system does not tell."""

    api: float | None
    postgres: float | None


@dataclass
class Row:
    """One line of the table, over all rounds."""

    what: str
    kind: str
    told: list[Told] = field(default_factory=list)
    yardsticks: list[float] = field(default_factory=list)
    cpu: list[Cpu] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        return [run["done"] / run["seconds"] if run["seconds"] else 0.0 for run in self.told]

    @property
    def ratios(self) -> list[float]:
        return [ours / theirs for ours, theirs in zip(self.rates, self.yardsticks, strict=False)]

    @property
    def errors(self) -> Counter[str]:
        return sum((Counter(run["errors"]) for run in self.told), Counter())

    @property
    def first_error(self) -> str:
        return next((run["first_error"] for run in self.told if run["first_error"]), "")


@dataclass
class Bench:
    """Measures a house and the world in it, with one effort."""

    house: House
    world: World
    yardstick: Yardstick
    effort: Effort
    say: Callable[[str], None]
    pulled: list[Pulled] = field(default_factory=list)
    """The best of each round."""
    _known: set[str] = field(default_factory=set)
    """Barcodes that were scanned already."""

    def run(self) -> list[Row]:
        event, events = Row("event", "read"), Row("events, a page of 20", "read")
        orders, scans = Row("orders placed", "order"), Row("scans", "scan")
        purchases = Row("complete purchases", "purchase")
        self._warm_up()
        for number in range(1, self.effort.rounds + 1):
            self.say(f"round {number} of {self.effort.rounds}: reads")
            self._read(event, events)
            self.say(f"round {number} of {self.effort.rounds}: sales and doors")
            self._sell(orders, purchases, scans)
        return [event, events, orders, purchases, scans]

    def _warm_up(self) -> None:
        """Long enough that code is warm and tables have rows; then their plans are made anew."""
        self.say("warm-up")
        self.yardstick.lay()
        for told in (
            self._load(self._events(), self.effort.warm_up_seconds / 2),
            self._load(self._hello(), self.effort.warm_up_seconds / 2, self.house.hello_port),
            self._load(self._buyers("order"), self.effort.warm_up_seconds),
            self._load(self._buyers("purchase"), self.effort.warm_up_seconds),
        ):
            if told["errors"]:
                self.say(f"  warm-up: {told['first_error']}")
        self._load(self._doors(), self.effort.warm_up_seconds / 2)
        url = make_conninfo(self.house.superuser_url, dbname=DATABASE)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("vacuum analyze")

    def _read(self, event: Row, events: Row) -> None:
        hello = self._load(self._hello(), self.effort.seconds, self.house.hello_port)
        bare = hello["done"] / hello["seconds"]
        self._measure(event, self._event())
        self._measure(events, self._events())
        for row in (event, events):
            row.yardsticks.append(bare)

    def _sell(self, orders: Row, purchases: Row, scans: Row) -> None:
        """A run of the yardstick before each of ours; the best of them counts for the round."""
        pulled = []
        turns = itertools.zip_longest((orders, purchases, scans), self.effort.pgbench_clients)
        for row, clients in turns:
            if clients is not None:
                pulled.append(self.yardstick.pull(clients, self.effort.pgbench_seconds))
            self._measure(row, self._doors() if row is scans else self._buyers(row.kind))
        best = max(pulled, key=lambda run: run.per_second)
        self.pulled.append(best)
        for row in (orders, purchases):
            row.yardsticks.append(best.per_second)

    def _measure(self, row: Row, who: Crowd) -> None:
        api, postgres = self.house.api_cpu(), self.house.postgres_cpu()
        told = self._load(who, self.effort.seconds)
        row.told.append(told)
        row.cpu.append(
            Cpu(
                _per_unit(api, self.house.api_cpu(), told["ended"]),
                _per_unit(postgres, self.house.postgres_cpu(), told["ended"]),
            )
        )

    def _load(self, who: Crowd, seconds: float, port: int | None = None) -> Told:
        task = Task(port=port or self.house.api_port, seconds=seconds, crowd=who)
        answer = subprocess.run(
            (sys.executable, "-m", "tests.bench.load"),
            input=json.dumps(task),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            timeout=seconds + DRAIN_SECONDS + START_SECONDS,
            start_new_session=True,
        )
        told: Told = json.loads(answer.stdout)
        return told

    def _hello(self) -> Crowd:
        return self._crowd("read", path="/hello")

    def _event(self) -> Crowd:
        return self._crowd("read", path=f"{API}/events/{self.world.event_id}")

    def _events(self) -> Crowd:
        return self._crowd("read", path=f"{API}/events?limit=20")

    def _buyers(self, kind: str) -> Crowd:
        ticket_type_id = self.world.ticket_type_id
        return self._crowd(kind, tokens=self.world.buyers, ticket_type_id=ticket_type_id)

    def _doors(self) -> Crowd:
        """With the tickets that were sold since the last time."""
        barcodes = self.world.new_barcodes(self._known, BARCODES_MAX)
        return self._crowd("scan", tokens=self.world.scanners, barcodes=barcodes)

    def _crowd(
        self,
        kind: str,
        *,
        path: str = "",
        tokens: Sequence[str] = (),
        ticket_type_id: str = "",
        barcodes: Sequence[str] = (),
    ) -> Crowd:
        return Crowd(
            kind=kind,
            clients=self.effort.clients,
            path=path,
            tokens=list(tokens),
            ticket_type_id=ticket_type_id,
            barcodes=list(barcodes),
        )


def _per_unit(before: float | None, after: float | None, units: int) -> float | None:
    return None if before is None or after is None or not units else (after - before) / units


def middle(values: list[float]) -> float:
    return median(values) if values else 0.0
