"""Questions about venues, answered in one statement each."""

from typing import Any

from sqlalchemy import Row, Select, Text, Uuid, column, exists, or_, select, table, text

from adapters.postgres.database import Database
from adapters.postgres.venues.tables import venues
from application.shared.messages import AddressFields
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import SYSTEM, Scope
from application.venues.ports import VenueNotFound
from application.venues.queries import VenueFilter, VenueView
from domain.shared.ids import OrganizationId, VenueId

_organizations = table("organizations", column("id", Uuid), column("status", Text))
_OWNER = text("select organization_id from venues where id = :id")


def _seen_in(scope: Scope) -> Select[Any]:
    """Like events: of organisations that are active, and of one's own."""
    is_active = exists().where(
        _organizations.c.id == venues.c.organization_id, _organizations.c.status == "active"
    )
    is_mine = venues.c.organization_id.in_(scope.organization_ids)
    return select(venues).where(is_active | is_mine)


class PostgresVenueQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_venue(self, scope: Scope, venue_id: VenueId) -> VenueView:
        statement = _seen_in(scope).where(venues.c.id == venue_id)
        async with self._database.read(scope) as connection:
            found = (await connection.execute(statement)).one_or_none()
        if found is None:
            raise VenueNotFound
        return _view(found)

    async def organization_of_venue(self, venue_id: VenueId) -> OrganizationId:
        async with self._database.read(SYSTEM) as connection:
            found = (await connection.execute(_OWNER, {"id": venue_id})).scalar_one_or_none()
        if found is None:
            raise VenueNotFound
        return OrganizationId(found)

    async def list_venues(
        self, scope: Scope, where: VenueFilter, page: PageRequest
    ) -> Page[VenueView]:
        statement = _seen_in(scope).order_by(venues.c.id.desc()).limit(page.limit + 1)
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
