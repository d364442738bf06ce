"""What PostgreSQL itself can do: the minimal SQL of one order, one transaction each, as pgbench
runs it. Its tables stand in a database of their own on the same server, with the same fsync.
"""

import asyncio
import os
import re
import resource
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import randint
from uuid import UUID, uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adapters.embedded.binaries import postgres_folder
from adapters.embedded.errors import EmbeddedServersUnavailable
from tests.bench.house import House

DATABASE = "yardstick"
CLIENTS = (4, 16, 32)

_TABLES = """
create table orders (
    id uuid primary key default uuidv7(), event_id uuid not null, buyer_id uuid not null,
    status text not null, total bigint not null, placed_at timestamptz not null default now()
);
create table order_lines (
    order_id uuid not null references orders, position smallint not null,
    ticket_type_id uuid not null, quantity integer not null, unit_price bigint not null,
    primary key (order_id, position)
);
create table tickets (
    id uuid primary key default uuidv7(), order_id uuid not null references orders,
    ticket_type_id uuid not null, code uuid not null default gen_random_uuid(),
    status text not null
);
create table outbox (
    id bigint generated always as identity primary key, type text not null,
    payload jsonb not null, at timestamptz not null default now()
);
create table counters (
    id integer primary key, capacity bigint not null, sold bigint not null,
    check (sold <= capacity)
) with (fillfactor = 20);
insert into counters select id, 1000000000, 0 from generate_series(1, 100) as id;
"""

_EVENT = "01a1fc63-64c1-74f7-97de-51ec22915226"
_STATEMENTS = (
    "insert into order_lines (order_id, position, ticket_type_id, quantity, unit_price)"
    f" values ({{id}}, 1, '{_EVENT}', 2, 5000)",
    "insert into tickets (order_id, ticket_type_id, status)"
    f" values ({{id}}, '{_EVENT}', 'valid'), ({{id}}, '{_EVENT}', 'valid')",
    """insert into outbox (type, payload) values ('OrderPlaced', '{{"total": 10000}}')""",
    "update counters set sold = sold + 2 where id = {row} and sold + 2 <= capacity",
)
"""After the order's own row; the hot row comes last, so that its lock is short."""
_ORDER = "(event_id, buyer_id, status, total)"
_VALUES = f"'{_EVENT}', '{_EVENT}', 'pending', 10000"


@dataclass(frozen=True)
class Pulled:
    """One run of the yardstick."""

    per_second: float
    cpu_seconds: float | None
    """Of one order: PostgreSQL and its client."""


class Yardstick:
    def __init__(self, house: House) -> None:
        self._house = house
        self._url = make_conninfo(house.superuser_url, dbname=DATABASE)
        self._script = house.home / "yardstick.sql"
        self._pgbench = _pgbench()

    @property
    def name(self) -> str:
        if self._pgbench is None:
            return "a psycopg pipeline, because pgbench is MISSING here: ratios flatter us"
        return self._pgbench_version()

    def lay(self, seconds: int = 1) -> None:
        """Make the tables, with rows in them, analysed."""
        with psycopg.connect(self._house.superuser_url, autocommit=True) as connection:
            connection.execute(f"create database {DATABASE}")
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(_TABLES)
        first = f"insert into orders {_ORDER} values ({_VALUES}) returning id \\gset"
        later = [f"{statement.format(id=':id', row=':row')};" for statement in _STATEMENTS]
        script = ["\\set row random(1, :rows)", "begin;", first, *later, "commit;", ""]
        self._script.write_text("\n".join(script))
        self.pull(CLIENTS[0], seconds)
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("vacuum analyze")

    def pull(self, clients: int, seconds: int, rows: int = 1) -> Pulled:
        """Orders per second with so many connections, over so many counters."""
        before = self._cpu()
        run: Callable[[int, int, int], tuple[int, float]]
        run = self._run_psycopg if self._pgbench is None else self._run_pgbench
        done, per_second = run(clients, seconds, rows)
        after = self._cpu()
        used = None if before is None or after is None else (after - before) / max(done, 1)
        return Pulled(per_second, used)

    def _cpu(self) -> float | None:
        postgres = self._house.postgres_cpu()
        if self._pgbench is None:
            client = time.process_time()
        else:
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            client = usage.ru_utime + usage.ru_stime
        return None if postgres is None else postgres + client

    def _pgbench_version(self) -> str:
        said = subprocess.run(
            (str(self._pgbench), "--version"), check=True, capture_output=True, text=True
        )
        return said.stdout.strip()

    def _run_pgbench(self, clients: int, seconds: int, rows: int) -> tuple[int, float]:
        where = conninfo_to_dict(self._url)
        said = subprocess.run(
            (
                str(self._pgbench),
                *("--no-vacuum", "--protocol=prepared", f"--file={self._script}"),
                *(f"--client={clients}", f"--jobs={min(clients, os.cpu_count() or 1)}"),
                *(f"--define=rows={rows}", f"--time={seconds}"),
                *(f"--host={where['host']}", f"--port={where['port']}"),
                *(f"--username={where['user']}", DATABASE),
            ),
            check=True,
            capture_output=True,
            text=True,
            start_new_session=True,
        )
        done = re.search(r"transactions actually processed: (\d+)", said.stdout)
        rate = re.search(r"^tps = ([\d.]+)", said.stdout, re.MULTILINE)
        if done is None or rate is None:
            raise RuntimeError(f"pgbench said: {said.stdout}{said.stderr}")
        return int(done[1]), float(rate[1])

    def _run_psycopg(self, clients: int, seconds: int, rows: int) -> tuple[int, float]:
        done = asyncio.run(self._in_pipelines(clients, seconds, rows))
        return done, done / seconds

    async def _in_pipelines(self, clients: int, seconds: int, rows: int) -> int:
        deadline = time.perf_counter() + seconds
        return sum(await asyncio.gather(*(self._client(deadline, rows) for _ in range(clients))))

    async def _client(self, deadline: float, rows: int) -> int:
        done = 0
        connection = await psycopg.AsyncConnection.connect(self._url, prepare_threshold=0)
        async with connection:
            while time.perf_counter() < deadline:
                await _order(connection, uuid4(), randint(1, rows))
                done += 1
        return done


async def _order(connection: psycopg.AsyncConnection, order_id: UUID, row: int) -> None:
    """One transaction, sent at once."""
    async with connection.pipeline(), connection.transaction():
        first = f"insert into orders (id, {_ORDER[1:]} values (%(id)s, {_VALUES})"
        for statement in (first, *_STATEMENTS):
            sent = statement.format(id="%(id)s", row="%(row)s")
            await connection.execute(sent, {"id": order_id, "row": row})


def _pgbench() -> Path | None:
    """That of the embedded server's own version, or the machine's."""
    try:
        beside = postgres_folder() / "pgbench"
        if beside.exists():
            return beside
    except EmbeddedServersUnavailable:
        pass
    found = shutil.which("pgbench")
    return None if found is None else Path(found)
