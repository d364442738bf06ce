"""Questions about events, answered in one statement each."""

from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Row, func, literal_column, or_, select, true, tuple_
from sqlalchemy.sql import Select

from adapters.postgres.catalogue.event_detail import EVENT_DETAIL, offered_types
from adapters.postgres.catalogue.phase import LISTED, OFFER, PHASE, keys_of
from adapters.postgres.catalogue.tables import events
from adapters.postgres.database import Database
from application.catalogue.ports import CartUnits
from application.catalogue.queries import EventDetail, EventFilter, EventView
from application.shared.clock import Clock
from application.shared.messages import AddressFields
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import SYSTEM, Scope
from domain.catalogue.errors import EventNotFound
from domain.catalogue.event import LocationType, Visibility
from domain.catalogue.phase import Phase
from domain.shared.ids import EventId, OrganizationId
from domain.shared.money import Money

_EVENTS: Select[Any] = select(
    events, PHASE.label("phase"), OFFER.c.min_minor, OFFER.c.max_minor
).join_from(events, OFFER, true())
_LIST = _EVENTS.where(LISTED).order_by(events.c.starts_at, events.c.id)
_ALL_TAGS = func.array_to_string(events.c.tags, literal_column("' '"))


class PostgresEventQueries:
    """`clock` tells the time by which an event is on sale, live or over."""

    def __init__(self, database: Database, clock: Clock, cart_units: CartUnits) -> None:
        self._database = database
        self._clock = clock
        self._cart_units = cart_units

    async def organization_of_event(self, event_id: EventId) -> OrganizationId:
        statement = select(events.c.organization_id).where(events.c.id == event_id)
        async with self._database.read(SYSTEM) as connection:
            found = (await connection.execute(statement)).scalar_one_or_none()
        if found is None:
            raise EventNotFound
        return OrganizationId(found)

    async def get_event(self, scope: Scope, event_id: EventId) -> EventDetail:
        statement = EVENT_DETAIL.where(events.c.id == event_id)
        async with self._database.read(scope) as connection:
            row = (await connection.execute(statement, self._told(scope))).one_or_none()
        if row is None:
            raise EventNotFound
        ticket_types = await offered_types(row, self._cart_units)
        return EventDetail(**asdict(_view(row)), ticket_types=ticket_types)

    async def list_events(
        self, scope: Scope, where: EventFilter, page: PageRequest
    ) -> Page[EventView]:
        statement = _narrowed(_LIST, where).limit(page.limit + 1)
        after = page.after(tuple[datetime, EventId])
        if after is not None:
            statement = statement.where(tuple_(events.c.starts_at, events.c.id) > after)
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement, self._told(scope))).all()
        found = [_view(row) for row in rows]
        return page_of(found, page, lambda event: (event.start_datetime, event.id))

    def _told(self, scope: Scope) -> dict[str, Any]:
        return keys_of(scope, self._clock())


def _narrowed(statement: Select[Any], where: EventFilter) -> Select[Any]:
    for column, value in (
        (PHASE, where.status and where.status.value),
        (events.c.organization_id, where.organization_id),
        (events.c.venue_id, where.venue_id),
        (func.lower(events.c.category), where.category and where.category.lower()),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if where.starts_from is not None:
        statement = statement.where(events.c.starts_at >= where.starts_from)
    if where.starts_to is not None:
        statement = statement.where(events.c.starts_at < where.starts_to)
    if where.q:
        texts = (events.c.name, events.c.description, events.c.category, _ALL_TAGS)
        matches = (text.icontains(where.q, autoescape=True) for text in texts)
        statement = statement.where(or_(*matches))
    return statement


def _view(row: Row[Any]) -> EventView:
    return EventView(
        id=row.id,
        organization_id=row.organization_id,
        venue_id=row.venue_id,
        name=row.name,
        slug=row.slug,
        description=row.description,
        category=row.category,
        tags=row.tags,
        start_datetime=row.starts_at,
        end_datetime=row.ends_at,
        timezone=row.timezone,
        status=Phase(row.phase),
        visibility=Visibility(row.visibility),
        location_type=LocationType(row.location_type),
        address=None if row.address is None else AddressFields(**row.address),
        images=row.images,
        metadata=row.metadata,
        sales_start=row.sales_start,
        sales_end=row.sales_end,
        capacity=row.capacity,
        currency=row.currency,
        min_ticket_price=_price(row.min_minor, row.currency),
        max_ticket_price=_price(row.max_minor, row.currency),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _price(minor: int | None, currency: str) -> str | None:
    return None if minor is None else str(Money(minor, currency))
