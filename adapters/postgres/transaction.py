"""What every PostgreSQL transaction does: keeps the time, writes what happened, hands over jobs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from msgspec.json import encode
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.arrays import documents, instants, shorts, texts, uuids
from adapters.postgres.repeats import PostgresRepeats, Vault
from application.event_catalogue import name_of, payload_of
from application.shared.clock import Clock
from application.shared.origin import Origin
from application.shared.scope import Scope
from application.shared.transaction import NOBODY_ELSE
from domain.shared.aggregate import Aggregate, DomainEvent

_REMEMBER = text(
    """
    insert into event_log (
        organization_id, type, type_version, aggregate_id, payload, recorded_at, origin)
    select e.organization_id, e.type, e.version, e.aggregate_id, e.payload, e.at,
           nullif(e.origin, 'null')
    from unnest(
        cast(:organization_ids as uuid[]), cast(:types as text[]), cast(:versions as smallint[]),
        cast(:aggregate_ids as uuid[]), cast(:payloads as jsonb[]), cast(:ats as timestamptz[]),
        cast(:origins as jsonb[]))
        as e (organization_id, type, version, aggregate_id, payload, at, origin)
    """
)
_ONCE = text(
    """
    insert into deliveries (subscriber, event_id, delivered_at) values (:subscriber, :event_id, :at)
    on conflict do nothing
    """
)


class Job(NamedTuple):
    """Work for later: the name of a task and what it is told (JSON)."""

    name: str
    arguments: Mapping[str, Any]


class JobSink(Protocol):
    """The queue, as a transaction sees it."""

    # Writes the jobs on this very connection, so that they exist only if it commits.
    async def defer(self, connection: AsyncConnection, jobs: Sequence[Job]) -> None: ...


class PostgresTransaction:
    """One transaction. Each context's subclass adds the stores that its use cases asked for."""

    def __init__(
        self,
        connection: AsyncConnection,
        scope: Scope,
        now: datetime,
        clock: Clock | None,
        vault: Vault | None = None,
    ) -> None:
        self.connection = connection
        self.scope = scope
        self.vault = vault
        self._now = now
        self._clock = clock
        self._events: list[DomainEvent] = []
        self._by: dict[UUID, Origin | None] = {}
        self._pending: list[Job] = []
        self._remembered: tuple[Any, bool] | None = None
        self.repeats = PostgresRepeats(self)
        self.build()

    def build(self) -> None:
        """Where a subclass makes its stores."""

    def end(self) -> None:
        """Let go of everything: stores know their transaction, and only the garbage collector finds
        such a ring, dozens of objects for each, in pauses that everybody waits for.
        """
        vars(self).clear()

    @property
    def now(self) -> datetime:
        return self._now

    def note_time(self, at: datetime) -> None:
        """A store that locked rows read the clock again; a virtual clock stays in charge."""
        self._now = self._clock() if self._clock else at

    def announce(
        self, *aggregates: Aggregate, by: Mapping[UUID, Origin | None] = NOBODY_ELSE
    ) -> None:
        self._by |= by
        for aggregate in aggregates:
            self._events.extend(aggregate.take_recorded())

    def announce_events(self, events: Iterable[DomainEvent]) -> None:
        self._events.extend(events)

    def enqueue(self, job: str, arguments: Mapping[str, Any]) -> None:
        self._pending.append(Job(job, arguments))

    def remember(self, outcome: Any, *, is_secret: bool = False) -> None:
        self._remembered = outcome, is_secret

    async def once(self, subscriber: str, event_id: int) -> bool:
        result = await self.connection.execute(
            _ONCE, {"subscriber": subscriber, "event_id": event_id, "at": self.now}
        )
        return bool(result.rowcount == 1)

    async def flush(self, jobs: JobSink) -> None:
        """Just before the commit: the outcome, the events and the jobs, each in one statement."""
        if self._remembered is not None and self.scope.keyed is not None:
            outcome, is_secret = self._remembered
            await self.repeats.complete({self.scope.keyed.key: outcome}, is_secret=is_secret)
        if self._events:
            names = [name_of(event) for event in self._events]
            await self.connection.execute(
                _REMEMBER,
                {
                    "organization_ids": uuids(event.organization_id for event in self._events),
                    "types": texts(name.rpartition(".v")[0] for name in names),
                    "versions": shorts(int(name.rpartition(".v")[2]) for name in names),
                    "aggregate_ids": uuids(event.aggregate_id for event in self._events),
                    "payloads": documents(payload_of(event) for event in self._events),
                    "ats": instants(event.at for event in self._events),
                    "origins": documents(
                        encode(self._by.get(event.aggregate_id, self.scope.origin))
                        for event in self._events
                    ),
                },
            )
        if self._pending:
            await jobs.defer(self.connection, self._pending)
