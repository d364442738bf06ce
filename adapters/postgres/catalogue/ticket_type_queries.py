"""Questions about ticket types and what is left of them."""

from typing import Any

from sqlalchemy import Row, select, true
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from adapters.postgres.catalogue.phase import (
    AVAILABLE,
    IS_ON_SALE,
    OFFER,
    OFFERED,
    PHASE,
    VISIBLE,
    counters,
)
from adapters.postgres.catalogue.tables import events, ticket_types
from adapters.postgres.database import Database
from application.catalogue.queries import AvailabilityView, Offered, TicketTypeView
from application.shared.clock import Clock
from application.shared.paging import Page
from application.shared.scope import Scope
from domain.catalogue.errors import EventNotFound, TicketTypeNotFound
from domain.catalogue.phase import Phase
from domain.catalogue.ticket_type import TicketTypeStatus
from domain.shared.ids import EventId, TicketTypeId
from domain.shared.money import Money

_of_event = (events.c.organization_id == ticket_types.c.organization_id) & (
    events.c.id == ticket_types.c.event_id
)
_own = (counters.c.organization_id == ticket_types.c.organization_id) & (
    counters.c.allotment_id == ticket_types.c.id
)
_TICKET_TYPES: Select[Any] = (
    select(
        ticket_types,
        events.c.currency,
        counters.c.capacity,
        counters.c.held,
        counters.c.sold,
        AVAILABLE.label("available"),
    )
    .join_from(ticket_types, events, _of_event)
    .join(counters, _own)
    .where(VISIBLE, OFFERED)
    .order_by(ticket_types.c.sort_order, ticket_types.c.id)
)
_AVAILABILITY: Select[Any] = (
    select(
        ticket_types,
        AVAILABLE.label("available"),
        PHASE.label("phase"),
        IS_ON_SALE.label("is_on_sale"),
    )
    .join_from(ticket_types, events, _of_event)
    .join(OFFER, true())
    .where(VISIBLE, OFFERED)
)
_EVENT = select(events.c.id).where(VISIBLE)


class PostgresTicketTypeQueries:
    """`clock` tells the time by which tickets are on sale."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list_ticket_types(self, scope: Scope, event_id: EventId) -> Page[TicketTypeView]:
        statement = _TICKET_TYPES.where(ticket_types.c.event_id == event_id)
        told = self._told(scope)
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement, told)).all()
            if not rows:
                await _refuse_unseen(connection, event_id, told)
        return Page([_view(row) for row in rows])

    async def get_ticket_type(
        self, scope: Scope, event_id: EventId, ticket_type_id: TicketTypeId
    ) -> TicketTypeView:
        return _view(await self._one(_TICKET_TYPES, scope, event_id, ticket_type_id))

    async def get_availability(
        self, scope: Scope, event_id: EventId, ticket_type_id: TicketTypeId
    ) -> AvailabilityView:
        row = await self._one(_AVAILABILITY, scope, event_id, ticket_type_id)
        return AvailabilityView(
            ticket_type_id=row.id,
            event_id=row.event_id,
            available=row.available,
            status=_offered(row),
            is_on_sale=row.is_on_sale,
            event_status=Phase(row.phase),
            min_per_order=row.min_per_order,
            max_per_order=row.max_per_order,
            sales_start=row.sales_start,
            sales_end=row.sales_end,
        )

    async def _one(
        self, statement: Select[Any], scope: Scope, event_id: EventId, ticket_type_id: TicketTypeId
    ) -> Row[Any]:
        wanted = (ticket_types.c.event_id == event_id) & (ticket_types.c.id == ticket_type_id)
        told = self._told(scope)
        async with self._database.read(scope) as connection:
            found = await connection.execute(statement.where(wanted), told)
            row: Row[Any] | None = found.one_or_none()
            if row is None:
                await _refuse_unseen(connection, event_id, told)
                raise TicketTypeNotFound
        return row

    def _told(self, scope: Scope) -> dict[str, Any]:
        return {"now": self._clock(), "mine": list(scope.organization_ids)}


async def _refuse_unseen(
    connection: AsyncConnection, event_id: EventId, told: dict[str, Any]
) -> None:
    """Raises EventNotFound unless the event itself is seen."""
    statement = _EVENT.where(events.c.id == event_id)
    if (await connection.execute(statement, told)).one_or_none() is None:
        raise EventNotFound


def _offered(row: Row[Any]) -> Offered:
    if row.status == TicketTypeStatus.HIDDEN.value:
        return Offered.HIDDEN
    return Offered.ACTIVE if row.available > 0 else Offered.SOLD_OUT


def _view(row: Row[Any]) -> TicketTypeView:
    return TicketTypeView(
        id=row.id,
        event_id=row.event_id,
        organization_id=row.organization_id,
        name=row.name,
        description=row.description,
        price=str(Money(row.price_minor, row.currency)),
        currency=row.currency,
        quantity_total=row.capacity,
        quantity_available=row.available,
        quantity_sold=row.sold,
        quantity_held=row.held,
        min_per_order=row.min_per_order,
        max_per_order=row.max_per_order,
        sales_start=row.sales_start,
        sales_end=row.sales_end,
        status=_offered(row),
        is_free=row.price_minor == 0,
        sort_order=row.sort_order,
        metadata=row.metadata,
    )
