"""Venues in PostgreSQL."""

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.rows import insert_row, update_row
from adapters.postgres.transaction import PostgresTransaction
from adapters.postgres.venues.tables import venue_from_row, venue_to_row, venues
from application.venues.ports import Venue, VenueInUse, VenueNotFound
from domain.shared.ids import VenueId

_GET = select(venues).where(venues.c.id == bindparam("id"))


class PostgresVenues:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, venue_id: VenueId) -> Venue:
        row = (await self._connection.execute(_GET, {"id": venue_id})).one_or_none()
        if row is None:
            raise VenueNotFound
        return venue_from_row(row)

    async def add(self, venue: Venue) -> None:
        await insert_row(self._connection, venues, venue_to_row(venue))
        venue.version = 1

    async def save(self, venue: Venue) -> None:
        row = venue_to_row(venue)
        await update_row(self._connection, venues, row, version=venue.version)
        venue.version += 1

    async def remove(self, venue: Venue) -> None:
        mine = (venues.c.organization_id == venue.organization_id) & (venues.c.id == venue.id)
        try:
            await self._connection.execute(delete(venues).where(mine))
        except IntegrityError as error:
            raise VenueInUse from error


class PostgresVenuesTransaction(PostgresTransaction):
    venues: PostgresVenues

    def build(self) -> None:
        self.venues = PostgresVenues(self.connection)
