"""The rounds: each measure in turn with its yardstick, so that a noisy machine disturbs both."""

import itertools
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from psycopg.conninfo import make_conninfo

from adapters.embedded.postgres import DATABASE
from tests.bench.book import Book, Entry
from tests.bench.house import ROOT, House
from tests.bench.journeys import API, Crowd
from tests.bench.load import DRAIN_SECONDS, Task, Told
from tests.bench.strangers import strangers
from tests.bench.world import World
from tests.bench.yardstick import Pulled, Yardstick

BARCODES_MAX = 10_000
STRANGERS_A_SECOND = 4_000
READS_A_SECOND = 2_000
LOGINS_A_SECOND = 50
RUSH_CLIENTS = 1_000
RUSH_TICKETS = 500
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
    events: int
    statistics_late_seconds: float
    pairs: int
    """Of reads with and without log-ins in a round: slowest reads are few, and vary most."""


FULL = Effort(64, 3, 3.5, 3.0, 3, (4, 16, 32), 100, 1.2, 2)
QUICK = Effort(8, 1, 0.5, 0.3, 1, (4,), 10, 0.0, 1)


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
    against: str = ""
    """What its yardstick is."""
    target: float | None = None
    """The ratio that the project wants at least."""
    told: list[Told] = field(default_factory=list)
    yardsticks: list[float] = field(default_factory=list)
    cpu: list[Cpu] = field(default_factory=list)
    books: list[Entry] = field(default_factory=list)

    @property
    def is_reached(self) -> bool | None:
        if self.target is None or not self.ratios:
            return None
        return middle(self.ratios) >= self.target

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
class Rows:
    """What is measured, in the order in which it is told."""

    event: Row = field(default_factory=lambda: Row("event", "read", "hello", 0.5))
    unchanged: Row = field(
        default_factory=lambda: Row("event, unchanged (304)", "reread", "hello", 0.8)
    )
    signed_in: Row = field(
        default_factory=lambda: Row("event, signed in", "read", "event", 1 / 1.2)
    )
    events: Row = field(default_factory=lambda: Row("events, a page of 20", "read", "hello"))
    orders: Row = field(default_factory=lambda: Row("orders placed", "order", "pgbench", 1.0))
    purchases: Row = field(
        default_factory=lambda: Row("complete purchases", "purchase", "pgbench", 0.5)
    )
    steps: Row = field(
        default_factory=lambda: Row("purchases in three requests", "steps", "pgbench")
    )
    spread: Row = field(
        default_factory=lambda: Row("orders over 100 events", "order", "pgbench, 100 rows", 0.6)
    )
    refused: Row = field(default_factory=lambda: Row("sold out", "refused", "orders placed", 2.0))
    strangers: Row = field(
        default_factory=lambda: Row("orders by strangers", "stranger", "pgbench")
    )
    alone: Row = field(default_factory=lambda: Row("orders of one buyer alone", "order"))
    scans: Row = field(default_factory=lambda: Row("scans", "scan"))
    quiet: Row = field(default_factory=lambda: Row(f"event, {READS_A_SECOND:,} a second", "read"))
    beside_logins: Row = field(
        default_factory=lambda: Row(f"the same beside {LOGINS_A_SECOND} logins/s", "read")
    )

    def all(self) -> list[Row]:
        return list(vars(self).values())


@dataclass
class Bench:
    """Measures a house and the world in it, with one effort."""

    house: House
    world: World
    yardstick: Yardstick
    effort: Effort
    say: Callable[[str], None]
    rows: Rows = field(default_factory=Rows)
    pulled: list[Pulled] = field(default_factory=list)
    """The best of each round."""
    logins: list[Told] = field(default_factory=list)
    """Of those that ran beside the reads, round by round."""
    rushes: list[str] = field(default_factory=list)
    """What came of 1,000 people who wanted 500 tickets, round by round."""
    memory_mb: float = 0.0
    book: Book = field(init=False)
    _known: set[str] = field(default_factory=set)
    """Barcodes that were scanned already."""
    _sold_out: str = ""

    def __post_init__(self) -> None:
        url = make_conninfo(self.house.superuser_url, dbname=DATABASE)
        self.book = Book(url, self.effort.statistics_late_seconds)

    def run(self) -> list[Row]:
        self._warm_up()
        for number in range(1, self.effort.rounds + 1):
            self.say(f"round {number} of {self.effort.rounds}: reads")
            self._read()
            self.say(f"round {number} of {self.effort.rounds}: sales and doors")
            self._sell()
            self._rush()
        return self.rows.all()

    def _warm_up(self) -> None:
        """Long enough that code is warm and tables have rows; then their plans are made anew."""
        self.say("warm-up")
        self.yardstick.lay()
        self._sold_out = self.world.small_event(2)
        seconds = self.effort.warm_up_seconds
        for told in (
            self._load(self._events(), seconds / 2),
            self._load(self._hello(), seconds / 2, self.house.hello_port),
            self._load(self._buyers(self.rows.orders), seconds),
            self._load(self._buyers(self.rows.purchases), seconds),
            self._load(self._buyers(self.rows.spread), seconds / 2),
            self._load(self._crowd("once", tickets=[self._sold_out], tokens=self.world.buyers), 1),
        ):
            if told["errors"]:
                self.say(f"  warm-up: {told['first_error']}")
        self._load(self._doors(), seconds / 2)
        self.book.analyse()

    def _read(self) -> None:
        hello = self._load(self._hello(), self.effort.seconds, self.house.hello_port)
        bare = hello["done"] / hello["seconds"]
        for row, who in (
            (self.rows.event, self._event()),
            (self.rows.unchanged, self._unchanged()),
            (self.rows.events, self._events()),
        ):
            self._measure(row, who)
            row.yardsticks.append(bare)
        self._measure(self.rows.signed_in, self._event() | {"tokens": self.world.buyers})
        self.rows.signed_in.yardsticks.append(self.rows.event.rates[-1])
        paced = self._event() | {"per_second": READS_A_SECOND}
        for _ in range(self.effort.pairs):
            self._measure(self.rows.quiet, paced)
            with self._logins():
                self._measure(self.rows.beside_logins, paced)

    @contextmanager
    def _logins(self) -> Iterator[None]:
        """So many people sign in, all the while."""
        crowd = self._crowd("log_in") | {
            "clients": 10,
            "per_second": LOGINS_A_SECOND,
            "emails": self.world.emails,
        }
        lead, seconds = self.effort.warm_up_seconds, self.effort.seconds
        task = Task(port=self.house.api_port, seconds=seconds + lead, crowd=crowd)
        with ThreadPoolExecutor(1) as beside:
            logins = beside.submit(self._run, task)
            time.sleep(lead)  # What a generator needs to start is no log-in's.
            yield
            self.logins.append(logins.result())

    @property
    def slowed(self) -> list[float]:
        """How many times longer the slowest reads take while people sign in, pair by pair."""
        pairs = zip(self.rows.beside_logins.told, self.rows.quiet.told, strict=True)
        return [beside["p99_ms"] / quiet["p99_ms"] for beside, quiet in pairs if quiet["p99_ms"]]

    def _sell(self) -> None:
        """A run of the yardstick before each of ours; the best of them counts for the round."""
        rows, effort = self.rows, self.effort
        best = self._pull_and_measure((rows.orders, rows.purchases, rows.steps), 1)
        self.pulled.append(best)
        self._measure(rows.strangers, self._strangers())
        for row in (rows.orders, rows.purchases, rows.steps, rows.strangers):
            row.yardsticks.append(best.per_second)
        spread = self._pull_and_measure((rows.spread,), 100)
        rows.spread.yardsticks.append(spread.per_second)
        self._measure(rows.refused, self._buyers(rows.refused, [self._sold_out]))
        rows.refused.yardsticks.append(rows.orders.rates[-1])
        self._measure(rows.alone, self._buyers(rows.alone, clients=1), effort.seconds / 2)
        self._measure(rows.scans, self._doors())

    def _pull_and_measure(self, rows: Sequence[Row], counters: int) -> Pulled:
        pulled = []
        for row, clients in itertools.zip_longest(rows, self.effort.pgbench_clients):
            if clients is not None:
                seconds = self.effort.pgbench_seconds
                pulled.append(self.yardstick.pull(clients, seconds, counters))
            if row is not None:
                self._measure(row, self._buyers(row))
        return max(pulled, key=lambda run: run.per_second)

    def _rush(self) -> None:
        """Nobody may be refused while units remain, so exactly so many are served."""
        tickets = [self.world.small_event(RUSH_TICKETS)]
        crowd = self._crowd("once", tickets=tickets, tokens=self.world.buyers)
        crowd |= {"clients": RUSH_CLIENTS, "quantity": 1}
        told = self._load(crowd, 30.0)
        sold, refused = told["answers"].get("201", 0), told["answers"].get("409", 0)
        self.rushes.append(f"{sold} sold, {refused} refused in {told['seconds']:.1f} s")
        if sold != RUSH_TICKETS or sold + refused != RUSH_CLIENTS:
            self.rows.orders.told[-1]["errors"]["not exactly 500 sold"] = 1

    def _measure(self, row: Row, who: Crowd, seconds: float | None = None) -> None:
        api, postgres = self.house.api_cpu(), self.house.postgres_cpu()
        page = self.book.open()
        told = self._load(who, seconds or self.effort.seconds)
        row.told.append(told)
        row.books.append(self.book.close(page, told["ended"]))
        row.cpu.append(
            Cpu(
                _per_unit(api, self.house.api_cpu(), told["ended"]),
                _per_unit(postgres, self.house.postgres_cpu(), told["ended"]),
            )
        )

    def _load(self, who: Crowd, seconds: float, port: int | None = None) -> Told:
        return self._run(Task(port=port or self.house.api_port, seconds=seconds, crowd=who))

    def _run(self, task: Task) -> Told:
        answer = subprocess.run(
            (sys.executable, "-m", "tests.bench.load"),
            input=json.dumps(task),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            timeout=task["seconds"] + DRAIN_SECONDS + START_SECONDS,
            start_new_session=True,
        )
        told: Told = json.loads(answer.stdout)
        return told

    def _hello(self) -> Crowd:
        return self._crowd("read", path="/hello")

    def _event(self) -> Crowd:
        return self._crowd("read", path=f"{API}/events/{self.world.event_id}")

    def _unchanged(self) -> Crowd:
        """Readers who have the event's page as it is."""
        path = f"{API}/events/{self.world.event_id}"
        address = f"http://127.0.0.1:{self.house.api_port}{path}"
        with urllib.request.urlopen(address, timeout=5) as answer:
            etag = str(answer.headers["ETag"])
        return self._crowd("reread", path=path) | {"etag": etag}

    def _events(self) -> Crowd:
        return self._crowd("read", path=f"{API}/events?limit=20")

    def _buyers(self, row: Row, tickets: Sequence[str] = (), clients: int | None = None) -> Crowd:
        if row is self.rows.spread:
            tickets = self.world.ticket_type_ids
        tickets = tickets or self.world.ticket_type_ids[:1]
        crowd = self._crowd(row.kind, tokens=self.world.buyers, tickets=tickets)
        return crowd if clients is None else crowd | {"clients": clients}

    def _strangers(self) -> Crowd:
        """More than can be served in the time; each comes with a first request."""
        tokens = strangers(self.house, round(STRANGERS_A_SECOND * self.effort.seconds))
        tickets = self.world.ticket_type_ids[:1]
        return self._crowd(self.rows.strangers.kind, tokens=tokens, tickets=tickets)

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
        tickets: Sequence[str] = (),
        barcodes: Sequence[str] = (),
    ) -> Crowd:
        return Crowd(
            kind=kind,
            clients=self.effort.clients,
            path=path,
            tokens=list(tokens),
            ticket_type_ids=list(tickets),
            barcodes=list(barcodes),
        )


def _per_unit(before: float | None, after: float | None, units: int) -> float | None:
    return None if before is None or after is None or not units else (after - before) / units


def middle(values: list[float]) -> float:
    return median(values) if values else 0.0
