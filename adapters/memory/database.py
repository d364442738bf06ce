"""PostgreSQL's promises, kept in memory: one writer at a time, rollback, copies in and out."""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from adapters.memory.repeats import MemoryRepeats
from application.shared.clock import Clock
from application.shared.scope import Scope
from application.shared.transaction import SessionEnded
from domain.shared.aggregate import Aggregate, DomainEvent
from domain.shared.errors import StaleVersion
from domain.shared.ids import SessionId

K = TypeVar("K")
V = TypeVar("V")
A = TypeVar("A", bound=Aggregate)


class MemoryTable(Generic[K, V]):
    """Rows by key. Nobody outside ever holds the object that is stored."""

    def __init__(self) -> None:
        self._rows: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        return copy.deepcopy(self._rows.get(key))

    def put(self, key: K, row: V) -> None:
        self._rows[key] = copy.deepcopy(row)

    def remove(self, key: K) -> None:
        self._rows.pop(key, None)

    def rows(self) -> Iterator[V]:
        return iter(copy.deepcopy(list(self._rows.values())))

    def where(self, holds: Callable[[V], bool]) -> list[V]:
        return [copy.deepcopy(row) for row in self._rows.values() if holds(row)]

    def snapshot(self) -> dict[K, V]:
        return dict(self._rows)

    def restore(self, rows: dict[K, V]) -> None:
        self._rows = rows


class RecordedEvent(NamedTuple):
    """A committed domain event and its number."""

    id: int
    event: DomainEvent


class MemoryDatabase:
    """All tables of one world, by name; the first to ask for a table makes it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.events: list[RecordedEvent] = []
        self.jobs: list[tuple[str, Mapping[str, Any]]] = []
        self._tables: dict[str, MemoryTable[Any, Any]] = {}
        self._writer = asyncio.Lock()

    def table(self, name: str) -> MemoryTable[Any, Any]:
        """The rows of the SQL table of this name, keyed by id."""
        return self._tables.setdefault(name, MemoryTable())

    def beginner(self, kind: "type[T]") -> "Callable[[Scope], AbstractAsyncContextManager[T]]":
        @asynccontextmanager
        async def begin(scope: Scope) -> "AsyncIterator[T]":
            async with self._writer:
                before = {name: table.snapshot() for name, table in self._tables.items()}
                try:
                    self._refuse_ended(scope)
                    tx = kind(self, scope)
                    yield tx
                except BaseException:
                    for name, table in self._tables.items():
                        table.restore(before.get(name, {}))
                    raise
                self._commit(tx)

        return begin

    def ended_sessions(self, ids: Collection[SessionId]) -> set[SessionId]:
        """Which of these have ended, or never were."""
        found = {id_: self.table("sessions").get(id_) for id_ in ids}
        return {id_ for id_, row in found.items() if row is None or row.revoked_at is not None}

    def _refuse_ended(self, scope: Scope) -> None:
        if scope.session_id is not None and self.ended_sessions([scope.session_id]):
            raise SessionEnded

    def _commit(self, tx: "MemoryTransaction") -> None:
        for event in tx.pending_events:
            self.events.append(RecordedEvent(len(self.events) + 1, event))
        self.jobs.extend(tx.pending_jobs)


class MemoryTransaction:
    """One transaction. Each context's subclass adds the stores that its use cases asked for."""

    def __init__(self, database: MemoryDatabase, scope: Scope) -> None:
        self.database = database
        self.scope = scope
        self.pending_events: list[DomainEvent] = []
        self.pending_jobs: list[tuple[str, Mapping[str, Any]]] = []
        self.repeats = MemoryRepeats(self)
        self.build()

    def build(self) -> None:
        """Where a subclass makes its stores."""

    @property
    def now(self) -> datetime:
        return self.database.clock()

    def announce(self, *aggregates: Aggregate) -> None:
        for aggregate in aggregates:
            self.pending_events.extend(aggregate.take_recorded())

    def announce_events(self, events: Iterable[DomainEvent]) -> None:
        self.pending_events.extend(events)

    def enqueue(self, job: str, arguments: Mapping[str, Any]) -> None:
        self.pending_jobs.append((job, arguments))

    async def once(self, subscriber: str, event_id: int) -> bool:
        table = self.database.table("deliveries")
        if table.get((subscriber, event_id)) is not None:
            return False
        table.put((subscriber, event_id), self.now)
        return True


T = TypeVar("T", bound=MemoryTransaction)


def add_versioned(table: MemoryTable[K, A], key: K, aggregate: A) -> None:
    """A new aggregate at version 1; the caller's own object learns its version."""
    aggregate.version = 1
    _put_silent(table, key, aggregate)


def save_versioned(table: MemoryTable[K, A], key: K, aggregate: A) -> None:
    """The aggregate, if what is stored still has its version. Raises StaleVersion."""
    stored = table.get(key)
    if stored is None or stored.version != aggregate.version:
        raise StaleVersion
    aggregate.version += 1
    _put_silent(table, key, aggregate)


def _put_silent(table: MemoryTable[K, A], key: K, aggregate: A) -> None:
    # What it recorded belongs to the transaction, not to the row: a row has nothing to announce.
    recorded, aggregate.recorded = aggregate.recorded, []
    table.put(key, aggregate)
    aggregate.recorded = recorded
