"""Venues in memory."""

from adapters.memory.database import MemoryTable, MemoryTransaction, add_versioned, save_versioned
from application.venues.ports import Venue, VenueInUse, VenueNotFound
from domain.shared.ids import VenueId


class MemoryVenues:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[VenueId, Venue] = tx.database.table("venues")
        self._events = tx.database.table("events")

    async def get(self, venue_id: VenueId) -> Venue:
        venue = self._rows.get(venue_id)
        if venue is None:
            raise VenueNotFound
        return venue

    async def add(self, venue: Venue) -> None:
        add_versioned(self._rows, venue.id, venue)

    async def save(self, venue: Venue) -> None:
        save_versioned(self._rows, venue.id, venue)

    async def remove(self, venue: Venue) -> None:
        if self._events.where(lambda event: event.venue_id == venue.id):
            raise VenueInUse
        self._rows.remove(venue.id)


class MemoryVenuesTransaction(MemoryTransaction):
    venues: MemoryVenues

    def build(self) -> None:
        self.venues = MemoryVenues(self)
