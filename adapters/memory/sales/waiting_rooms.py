"""Waiting rooms in memory: what organisers decided, and the rooms as last committed."""

from collections.abc import Collection

from adapters.memory.catalogue import MemoryStock
from adapters.memory.database import MemoryDatabase, MemoryTable, MemoryTransaction, save_versioned
from application.sales.waiting_room_access import KnownRoom
from domain.sales.errors import EventNotFound
from domain.sales.waiting_room import WaitingRoom
from domain.shared.errors import StaleVersion
from domain.shared.ids import EventId


class MemoryWaitingRooms:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._scope = tx.scope
        self._rows: MemoryTable[EventId, WaitingRoom] = tx.database.table("waiting_rooms")

    async def get(self, event_id: EventId) -> WaitingRoom | None:
        room = self._rows.get(event_id)
        mine = self._scope.organization_ids
        return room if room is not None and room.organization_id in mine else None

    async def save(self, room: WaitingRoom) -> None:
        if room.version:
            save_versioned(self._rows, room.event_id, room)
            return
        if self._rows.get(room.event_id) is not None:
            raise StaleVersion
        room.version = 1
        self._rows.put(room.event_id, room)


class MemoryWaitingRoomTransaction(MemoryTransaction):
    waiting_rooms: MemoryWaitingRooms
    stock: MemoryStock

    def build(self) -> None:
        self.waiting_rooms = MemoryWaitingRooms(self)
        self.stock = MemoryStock(self)


class MemoryKnownRooms:
    """Every event of the catalogue has a room."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._events = database.table("events")
        self._rooms: MemoryTable[EventId, WaitingRoom] = database.table("waiting_rooms")

    async def room_of(self, event_id: EventId) -> KnownRoom:
        event, room = self._events.get(event_id), self._rooms.get(event_id)
        if event is None:
            raise EventNotFound
        opens_at = event.sales.starts
        if room is not None:
            opens_at = room.opens_at or opens_at or room.created_at
        return KnownRoom(
            organization_id=event.organization_id,
            event_id=event_id,
            is_public=event.published_at is not None
            and event.intent != "draft"
            and event.visibility != "private",
            is_on=room is not None and room.is_on,
            opens_at=opens_at,
            per_minute=None if room is None else room.per_minute,
            pass_minutes=None if room is None else room.pass_minutes,
        )

    def forget(self, event_ids: Collection[EventId]) -> None:
        pass
