"""Questions about ticket types and what is left of them."""

from typing import Any

from sqlalchemy import Row, select, true
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from adapters.postgres.catalogue.draws import DRAWN
from adapters.postgres.catalogue.phase import AVAILABLE, OFFERED, VISIBLE, counters, keys_of
from adapters.postgres.catalogue.tables import events, ticket_types
from adapters.postgres.database import Database
from application.catalogue.queries import Offered, PoolShareView, TicketTypeView
from application.shared.clock import Clock
from application.shared.paging import Page
from application.shared.scope import Scope
from domain.catalogue.errors import EventNotFound, TicketTypeNotFound
from domain.catalogue.ticket_type import TicketTypeStatus
from domain.shared.ids import EventId, TicketTypeId
from domain.shared.money import Money

OF_EVENT = (events.c.organization_id == ticket_types.c.organization_id) & (
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
        DRAWN.c.draw_ids,
        DRAWN.c.draw_units,
    )
    .join_from(ticket_types, events, OF_EVENT)
    .join(DRAWN, true())
    .join(counters, _own)
    .where(VISIBLE, OFFERED)
    .order_by(ticket_types.c.sort_order, ticket_types.c.id)
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
                await refuse_unseen(connection, event_id, told)
        return Page([_view(row) for row in rows])

    async def get_ticket_type(
        self, scope: Scope, event_id: EventId, ticket_type_id: TicketTypeId
    ) -> TicketTypeView:
        return _view(await self._one(_TICKET_TYPES, scope, event_id, ticket_type_id))

    async def _one(
        self, statement: Select[Any], scope: Scope, event_id: EventId, ticket_type_id: TicketTypeId
    ) -> Row[Any]:
        wanted = (ticket_types.c.event_id == event_id) & (ticket_types.c.id == ticket_type_id)
        told = self._told(scope)
        async with self._database.read(scope) as connection:
            found = await connection.execute(statement.where(wanted), told)
            row: Row[Any] | None = found.one_or_none()
            if row is None:
                await refuse_unseen(connection, event_id, told)
                raise TicketTypeNotFound
        return row

    def _told(self, scope: Scope) -> dict[str, Any]:
        return keys_of(scope, self._clock())


async def refuse_unseen(
    connection: AsyncConnection, event_id: EventId, told: dict[str, Any]
) -> None:
    """Raises EventNotFound unless the event itself is seen."""
    statement = _EVENT.where(events.c.id == event_id)
    if (await connection.execute(statement, told)).one_or_none() is None:
        raise EventNotFound


def offered(status: str, available: int) -> Offered:
    """What is shown for a ticket type's stored status."""
    if status == TicketTypeStatus.HIDDEN.value:
        return Offered.HIDDEN
    return Offered.ACTIVE if available > 0 else Offered.SOLD_OUT


def _view(row: Row[Any]) -> TicketTypeView:
    draws = dict(zip(row.draw_ids, row.draw_units, strict=True))
    own = (row.id, row.event_id)
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
        max_per_customer=row.max_per_customer,
        event_units=draws.get(row.event_id, 0),
        pools=[PoolShareView(pool_id=id_, units=n) for id_, n in draws.items() if id_ not in own],
        sales_start=row.sales_start,
        sales_end=row.sales_end,
        status=offered(row.status, row.available),
        is_free=row.price_minor == 0,
        sort_order=row.sort_order,
        metadata=row.metadata,
    )
