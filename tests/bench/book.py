"""What PostgreSQL itself noted of a measure: how many transactions, and how many orders in each."""

import time
from collections import Counter
from dataclasses import dataclass

import psycopg


@dataclass(frozen=True)
class Page:
    """Where the book stood."""

    commits: int
    events: int


@dataclass(frozen=True)
class Entry:
    """Of one measure."""

    transactions: float
    """Per unit. An order on the short way is a transaction's share, and that is one round trip."""
    batches: Counter[int]
    """How many commits placed so many orders."""


class Book:
    def __init__(self, url: str, late_seconds: float) -> None:
        """`late_seconds`: PostgreSQL's processes hand in their statistics about once a second."""
        self._url = url
        self._late_seconds = late_seconds

    def analyse(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("vacuum analyze")

    def open(self) -> Page:
        time.sleep(self._late_seconds)
        with psycopg.connect(self._url, autocommit=True) as connection:
            return _page(connection)

    def close(self, page: Page, units: int) -> Entry:
        time.sleep(self._late_seconds)
        with psycopg.connect(self._url, autocommit=True) as connection:
            now = _page(connection)
            rows = connection.execute(
                """
                select size, count(*) from (
                    select count(*) as size from event_log
                    where id > %s and type = 'order.placed' group by transaction_id) as batches
                group by size
                """,
                (page.events,),
            ).fetchall()
        transactions = (now.commits - page.commits) / units if units else 0.0
        return Entry(transactions, Counter(dict(rows)))


def _page(connection: "psycopg.Connection[tuple[object, ...]]") -> Page:
    row = connection.execute(
        """
        select (select xact_commit from pg_stat_database where datname = current_database()),
               (select coalesce(max(id), 0) from event_log)
        """
    ).fetchone()
    assert row is not None
    return Page(int(str(row[0])), int(str(row[1])))


def quantiles(batches: Counter[int]) -> str:
    """The sizes of the batches in which an order finds itself, from the smallest tenth up."""
    orders = sorted(size for size, count in batches.items() for _ in range(size * count))
    if not orders:
        return "-"
    marks = [orders[int((len(orders) - 1) * part)] for part in (0.1, 0.5, 0.9, 1.0)]
    return " / ".join(map(str, marks))
