"""PostgreSQL's promises, kept in memory: one writer at a time, rollback, copies in and out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from adapters.memory.copies import copied
from adapters.memory.repeats import MemoryRepeats
from application.shared.clock import Clock
from application.shared.idempotency import claim
from application.shared.origin import Origin
from application.shared.scope import Scope
from application.shared.transaction import NOBODY_ELSE, SessionEnded
from domain.shared.aggregate import Aggregate, DomainEvent
from domain.shared.errors import NotFound, StaleVersion
from domain.shared.ids import SessionId
from domain.shared.permissions import OrganizationSuspended

K = TypeVar("K")
V = TypeVar("V")
A = TypeVar("A", bound=Aggregate)


class _Absent:
    """There was no row of this key."""


_ABSENT = _Absent()


class MemoryTable(Generic[K, V]):
    """Rows by key. Nobody outside ever holds the object that is stored.

    Between `begin` and `commit` it remembers what it replaced, so that `restore` can take it back.
    """

    def __init__(self) -> None:
        self._rows: dict[K, V] = {}
        self._replaced: dict[K, V | _Absent] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: K) -> V | None:
        return copied(self._rows.get(key))

    def put(self, key: K, row: V) -> None:
        self._remember(key)
        self._rows[key] = copied(row)

    def remove(self, key: K) -> None:
        self._remember(key)
        self._rows.pop(key, None)

    def rows(self) -> Iterator[V]:
        return iter([copied(row) for row in self._rows.values()])

    def where(self, holds: Callable[[V], bool]) -> list[V]:
        """Those for which it holds; `holds` looks at what is stored and must not change it."""
        return [copied(row) for row in self._rows.values() if holds(row)]

    def has(self, holds: Callable[[V], bool]) -> bool:
        """Whether it holds for any; `holds` looks at what is stored and must not change it."""
        return any(holds(row) for row in self._rows.values())

    def begin(self) -> None:
        self._replaced = {}

    def commit(self) -> None:
        self._replaced = None

    def restore(self) -> None:
        for key, row in (self._replaced or {}).items():
            if isinstance(row, _Absent):
                self._rows.pop(key, None)
            else:
                self._rows[key] = row
        self._replaced = None

    def _remember(self, key: K) -> None:
        if self._replaced is not None and key not in self._replaced:
            self._replaced[key] = self._rows.get(key, _ABSENT)


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
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = MemoryTable()
            if self._writer.locked():  # Made in the middle of a transaction.
                table.begin()
        return table

    def beginner(self, kind: "type[T]") -> "Callable[[Scope], AbstractAsyncContextManager[T]]":
        @asynccontextmanager
        async def begin(scope: Scope) -> "AsyncIterator[T]":
            async with self._writer:
                for table in self._tables.values():
                    table.begin()
                try:
                    self._refuse_ended(scope)
                    self._refuse_lost(scope)
                    tx = kind(self, scope)
                    await claim(scope.keyed, tx.repeats)
                    yield tx
                    await tx.flush()
                except BaseException:
                    for table in self._tables.values():
                        table.restore()
                    raise
                self._commit(tx)
                if scope.keyed is not None:
                    scope.keyed.is_taken = True

        return begin

    def ended_sessions(self, ids: Collection[SessionId]) -> set[SessionId]:
        """Which of these have ended, or never were; secrets of keys and grants count too."""
        found = {id_: self.table("sessions").get(id_) for id_ in ids}
        ended = {id_ for id_, row in found.items() if row is None or row.revoked_at is not None}
        return {id_ for id_ in ended if self.table("credentials").get(id_) is None}

    def _refuse_ended(self, scope: Scope) -> None:
        if scope.session_id is not None and self.ended_sessions([scope.session_id]):
            raise SessionEnded

    def _refuse_lost(self, scope: Scope) -> None:
        found = [self.table("organizations").get(one) for one in scope.acting_for]
        standings = {row.status.value for row in found if row is not None}
        if "closed" in standings:
            raise NotFound
        if "suspended" in standings:
            raise OrganizationSuspended

    def _commit(self, tx: "MemoryTransaction") -> None:
        for event in tx.pending_events:
            self.events.append(RecordedEvent(len(self.events) + 1, event))
        self.jobs.extend(tx.pending_jobs)
        for table in self._tables.values():
            table.commit()


class MemoryTransaction:
    """One transaction. Each context's subclass adds the stores that its use cases asked for."""

    def __init__(self, database: MemoryDatabase, scope: Scope) -> None:
        self.database = database
        self.scope = scope
        self.pending_events: list[DomainEvent] = []
        self.pending_jobs: list[tuple[str, Mapping[str, Any]]] = []
        self._remembered: tuple[Any, bool] | None = None
        self.repeats = MemoryRepeats(self)
        self.build()

    def build(self) -> None:
        """Where a subclass makes its stores."""

    @property
    def now(self) -> datetime:
        return self.database.clock()

    def announce(
        self, *aggregates: Aggregate, by: Mapping[UUID, Origin | None] = NOBODY_ELSE
    ) -> None:
        for aggregate in aggregates:
            self.pending_events.extend(aggregate.take_recorded())

    def announce_events(self, events: Iterable[DomainEvent]) -> None:
        self.pending_events.extend(events)

    def enqueue(self, job: str, arguments: Mapping[str, Any]) -> None:
        self.pending_jobs.append((job, arguments))

    def remember(self, outcome: Any, *, is_secret: bool = False) -> None:
        self._remembered = outcome, is_secret

    async def flush(self) -> None:
        """Just before the commit."""
        if self._remembered is not None and self.scope.keyed is not None:
            outcome, is_secret = self._remembered
            await self.repeats.complete({self.scope.keyed.key: outcome}, is_secret=is_secret)

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
