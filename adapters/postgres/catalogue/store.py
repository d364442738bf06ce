"""Events and ticket types in PostgreSQL."""

from sqlalchemy import Sequence, any_, bindparam, delete, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from adapters.postgres.catalogue.draws import DRAWN
from adapters.postgres.catalogue.pools import PostgresPools
from adapters.postgres.catalogue.stock import PostgresStock
from adapters.postgres.catalogue.tables import (
    event_from_row,
    event_to_row,
    events,
    ticket_type_draws,
    ticket_type_from_row,
    ticket_type_to_row,
    ticket_types,
)
from adapters.postgres.rows import insert_row, update_row
from adapters.postgres.transaction import PostgresTransaction
from domain.catalogue.errors import (
    EventHasOrders,
    EventNotFound,
    TicketTypeHasSales,
    TicketTypeNotFound,
)
from domain.catalogue.event import Event
from domain.catalogue.ticket_type import TicketType
from domain.shared.ids import EventId, OrganizationId, TicketTypeId

# Not `for update`: orders refer to the event, and the check of their key must not wait for an edit.
_GET_EVENT = select(events).where(events.c.id == bindparam("id")).with_for_update(key_share=True)
_NEXT_SHORT_ID = select(Sequence("short_ids").next_value())
_SLUGS = select(events.c.slug).where(
    events.c.organization_id == bindparam("organization_id"),
    or_(
        events.c.slug == bindparam("slug"),
        events.c.slug.startswith(bindparam("prefix")),
    ),
)

_TICKET_TYPES = (
    select(ticket_types, events.c.currency, DRAWN)
    .join(
        events,
        (events.c.organization_id == ticket_types.c.organization_id)
        & (events.c.id == ticket_types.c.event_id),
    )
    .join(DRAWN, ticket_types.c.id.is_not(None))
    .where(ticket_types.c.event_id == bindparam("event_id"))
)
_GET_TICKET_TYPE = _TICKET_TYPES.where(ticket_types.c.id == bindparam("id"))
_OF_EVENT = _TICKET_TYPES.order_by(ticket_types.c.sort_order, ticket_types.c.id)

_DRAW = insert(ticket_type_draws)
_DRAW = _DRAW.on_conflict_do_update(
    index_elements=[
        ticket_type_draws.c.organization_id,
        ticket_type_draws.c.ticket_type_id,
        ticket_type_draws.c.allotment_id,
    ],
    set_={"units": _DRAW.excluded.units},
)
_DRAW_NO_MORE = delete(ticket_type_draws).where(
    ticket_type_draws.c.organization_id == bindparam("organization_id"),
    ticket_type_draws.c.ticket_type_id == bindparam("ticket_type_id"),
    ~(ticket_type_draws.c.allotment_id == any_(bindparam("kept", type_=ARRAY(Uuid)))),
)


class PostgresEvents:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, event_id: EventId) -> Event:
        row = (await self._connection.execute(_GET_EVENT, {"id": event_id})).one_or_none()
        if row is None:
            raise EventNotFound
        return event_from_row(row)

    async def add(self, event: Event) -> None:
        await insert_row(self._connection, events, event_to_row(event))
        event.version = 1

    async def save(self, event: Event) -> None:
        await update_row(self._connection, events, event_to_row(event), version=event.version)
        event.version += 1

    async def remove(self, event: Event) -> None:
        mine = (events.c.organization_id == event.organization_id) & (events.c.id == event.id)
        try:
            await self._connection.execute(delete(events).where(mine))
        except IntegrityError as error:
            raise EventHasOrders from error

    async def next_short_id(self) -> int:
        return int((await self._connection.execute(_NEXT_SHORT_ID)).scalar_one())

    async def slugs_like(self, organization_id: OrganizationId, slug: str) -> set[str]:
        asked = {"organization_id": organization_id, "slug": slug, "prefix": f"{slug}-"}
        return set((await self._connection.execute(_SLUGS, asked)).scalars())


class PostgresTicketTypes:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, event_id: EventId, ticket_type_id: TicketTypeId) -> TicketType:
        asked = {"event_id": event_id, "id": ticket_type_id}
        row = (await self._connection.execute(_GET_TICKET_TYPE, asked)).one_or_none()
        if row is None:
            raise TicketTypeNotFound
        return ticket_type_from_row(row)

    async def of_event(self, event_id: EventId) -> list[TicketType]:
        rows = await self._connection.execute(_OF_EVENT, {"event_id": event_id})
        return [ticket_type_from_row(row) for row in rows]

    async def add(self, ticket_type: TicketType) -> None:
        await insert_row(self._connection, ticket_types, ticket_type_to_row(ticket_type))
        await self._write_draws(ticket_type)
        ticket_type.version = 1

    async def save(self, ticket_type: TicketType) -> None:
        row = ticket_type_to_row(ticket_type)
        await update_row(self._connection, ticket_types, row, version=ticket_type.version)
        await self._connection.execute(
            _DRAW_NO_MORE,
            {
                "organization_id": ticket_type.organization_id,
                "ticket_type_id": ticket_type.id,
                "kept": [draw.allotment_id for draw in ticket_type.draws],
            },
        )
        await self._write_draws(ticket_type)
        ticket_type.version += 1

    async def remove(self, ticket_type: TicketType) -> None:
        mine = (ticket_types.c.organization_id == ticket_type.organization_id) & (
            ticket_types.c.id == ticket_type.id
        )
        try:
            await self._connection.execute(delete(ticket_types).where(mine))
        except IntegrityError as error:
            raise TicketTypeHasSales from error

    async def _write_draws(self, ticket_type: TicketType) -> None:
        rows = [
            {
                "organization_id": ticket_type.organization_id,
                "ticket_type_id": ticket_type.id,
                "allotment_id": draw.allotment_id,
                "units": draw.units,
            }
            for draw in ticket_type.draws
        ]
        await self._connection.execute(_DRAW, rows)


class PostgresCatalogueTransaction(PostgresTransaction):
    events: PostgresEvents
    ticket_types: PostgresTicketTypes
    pools: PostgresPools
    stock: PostgresStock

    def build(self) -> None:
        self.events = PostgresEvents(self.connection)
        self.ticket_types = PostgresTicketTypes(self.connection)
        self.pools = PostgresPools(self)
        self.stock = PostgresStock(self)
