"""Questions about venues, answered in one statement each."""

from typing import Any

from sqlalchemy import Row, or_, select

from adapters.postgres.database import Database
from adapters.postgres.venues.tables import venues
from application.shared.messages import AddressFields
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import PUBLIC, Scope
from application.venues.ports import VenueNotFound
from application.venues.queries import VenueFilter, VenueView
from domain.shared.ids import OrganizationId, VenueId


class PostgresVenueQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_venue(self, scope: Scope, venue_id: VenueId) -> VenueView:
        async with self._database.read(scope) as connection:
            found = (
                await connection.execute(select(venues).where(venues.c.id == venue_id))
            ).one_or_none()
        if found is None:
            raise VenueNotFound
        return _view(found)

    async def organization_of_venue(self, venue_id: VenueId) -> OrganizationId:
        return (await self.get_venue(PUBLIC, venue_id)).organization_id

    async def list_venues(
        self, scope: Scope, where: VenueFilter, page: PageRequest
    ) -> Page[VenueView]:
        statement = select(venues).order_by(venues.c.id.desc()).limit(page.limit + 1)
        if where.organization_id is not None:
            statement = statement.where(venues.c.organization_id == where.organization_id)
        if where.q:
            statement = statement.where(
                or_(
                    venues.c.name.icontains(where.q, autoescape=True),
                    venues.c.address["city"].astext.icontains(where.q, autoescape=True),
                )
            )
        after = page.after(VenueId)
        if after is not None:
            statement = statement.where(venues.c.id < after)
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement)).all()
        return page_of([_view(row) for row in rows], page)


def _view(row: Row[Any]) -> VenueView:
    return VenueView(
        id=row.id,
        organization_id=row.organization_id,
        name=row.name,
        address=AddressFields(**row.address),
        capacity=row.capacity,
        timezone=row.timezone,
        metadata=row.metadata,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
