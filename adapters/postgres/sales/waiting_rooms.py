"""Waiting rooms in PostgreSQL: what organisers decided, and the rooms as visitors' polls read
them, kept for a second.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Integer, Row, Table, bindparam, select, text

from adapters.postgres.catalogue.stock import PostgresStock
from adapters.postgres.database import UNIQUE, Database
from adapters.postgres.rows import insert_row, update_row
from adapters.postgres.schema import SCHEMA, instant, uid, version
from adapters.postgres.transaction import PostgresTransaction
from application.sales.waiting_room_access import KnownRoom
from application.shared.scope import SYSTEM
from domain.sales.errors import EventNotFound
from domain.sales.waiting_room import WaitingRoom
from domain.shared.errors import StaleVersion, Unavailable
from domain.shared.ids import EventId

waiting_rooms = Table(
    "waiting_rooms",
    SCHEMA,
    uid("organization_id", key=True),
    uid("event_id", key=True),
    Column("is_on", Boolean, nullable=False),
    instant("opens_at", null=True),
    Column("per_minute", Integer, nullable=False),
    Column("pass_minutes", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    version(),
)
UNIQUE["waiting_rooms_pkey"] = StaleVersion  # Made by somebody else at the same time.

_GET = (
    select(waiting_rooms)
    .where(
        waiting_rooms.c.organization_id == bindparam("organization_id"),
        waiting_rooms.c.event_id == bindparam("event_id"),
    )
    .with_for_update()
)
_KNOWN = text(
    """
    select e.organization_id, e.id as event_id,
           e.intent <> 'draft' and e.published_at is not null
               and e.visibility <> 'private' as is_public,
           coalesce(w.is_on, false) as is_on,
           coalesce(w.opens_at, e.sales_start, w.created_at) as opens_at,
           w.per_minute, w.pass_minutes
    from events e
    left join waiting_rooms w on w.organization_id = e.organization_id and w.event_id = e.id
    where e.id = :event_id
    """
)


class PostgresWaitingRooms:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def get(self, event_id: EventId) -> WaitingRoom | None:
        (organization_id,) = self._tx.scope.organization_ids
        asked = {"organization_id": organization_id, "event_id": event_id}
        row = (await self._tx.connection.execute(_GET, asked)).one_or_none()
        return None if row is None else _from_row(row)

    async def save(self, room: WaitingRoom) -> None:
        if room.version:
            await update_row(
                self._tx.connection, waiting_rooms, _to_row(room), version=room.version
            )
        else:
            await insert_row(self._tx.connection, waiting_rooms, _to_row(room))
        room.version += 1


class PostgresWaitingRoomTransaction(PostgresTransaction):
    waiting_rooms: PostgresWaitingRooms
    stock: PostgresStock

    def build(self) -> None:
        self.waiting_rooms = PostgresWaitingRooms(self)
        self.stock = PostgresStock(self)


def _to_row(room: WaitingRoom) -> dict[str, Any]:
    return {
        "organization_id": room.organization_id,
        "event_id": room.event_id,
        "is_on": room.is_on,
        "opens_at": room.opens_at,
        "per_minute": room.per_minute,
        "pass_minutes": room.pass_minutes,
        "created_at": room.created_at,
        "updated_at": room.updated_at,
    }


def _from_row(row: Row[Any]) -> WaitingRoom:
    return WaitingRoom(**row._asdict())


class _Kept(NamedTuple):
    room: KnownRoom | None
    """None: there is no such event."""
    until: float


class PostgresKnownRooms:
    """Keeps each event's room for at most `fresh_s` after its reading began, one reading at a time.

    While the database is down the last reading stands, so that people keep their places and their
    passes. `ticks` counts seconds.
    """

    def __init__(
        self,
        database: Database,
        *,
        fresh_s: float = 1.0,
        events_max: int = 1_000,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._fresh_s = fresh_s
        self._events_max = events_max
        self._ticks = ticks
        self._kept: dict[EventId, _Kept] = {}
        self._reading: dict[EventId, asyncio.Task[KnownRoom | None]] = {}
        self._forgotten = 0

    async def room_of(self, event_id: EventId) -> KnownRoom:
        kept = self._kept.get(event_id)
        if kept is None or self._ticks() >= kept.until:
            room = await self._read_once(event_id)
        else:
            room = kept.room
        if room is None:
            raise EventNotFound
        return room

    def forget(self, event_ids: Collection[EventId]) -> None:
        # A reading under way may have begun before whatever made the caller doubt.
        self._forgotten += 1
        for event_id in event_ids:
            self._kept.pop(event_id, None)
            self._reading.pop(event_id, None)

    async def _read_once(self, event_id: EventId) -> KnownRoom | None:
        reading = self._reading.get(event_id)
        if reading is None:
            reading = self._reading[event_id] = asyncio.create_task(self._read(event_id))
            reading.add_done_callback(lambda done: self._end_reading(event_id, done))
        # Waiting, unlike awaiting, does not take the reading down with a caller that gives up.
        await asyncio.wait([reading])
        return reading.result()

    async def _read(self, event_id: EventId) -> KnownRoom | None:
        until, forgotten = self._ticks() + self._fresh_s, self._forgotten
        try:
            # For all visitors at once, members among them.
            async with self._database.read(SYSTEM) as connection:
                row = (await connection.execute(_KNOWN, {"event_id": event_id})).one_or_none()
        except Unavailable:
            kept = self._kept.get(event_id)
            if kept is None:
                raise
            room = kept.room
        else:
            room = None if row is None else KnownRoom(**row._asdict())
        if forgotten == self._forgotten:
            self._keep(event_id, _Kept(room, until))
        return room

    def _keep(self, event_id: EventId, kept: _Kept) -> None:
        self._kept.pop(event_id, None)
        while len(self._kept) >= self._events_max:
            del self._kept[next(iter(self._kept))]
        self._kept[event_id] = kept

    def _end_reading(self, event_id: EventId, done: "asyncio.Task[KnownRoom | None]") -> None:
        if self._reading.get(event_id) is done:
            del self._reading[event_id]
        if not done.cancelled():
            done.exception()  # Seen, even if every caller has gone.
