"""How many tickets are left, and why not more."""

from typing import Any

from sqlalchemy import Row, select, text, true
from sqlalchemy.sql import Select

from adapters.postgres.catalogue.phase import (
    AVAILABLE,
    IS_ON_SALE,
    OFFER,
    OFFERED,
    PHASE,
    VISIBLE,
    WITHOUT_END,
    keys_of,
)
from adapters.postgres.catalogue.tables import events, ticket_types
from adapters.postgres.catalogue.ticket_type_queries import OF_EVENT, offered, refuse_unseen
from adapters.postgres.database import Database
from application.catalogue.ports import CartUnits
from application.catalogue.queries import (
    AvailabilityView,
    DrawnOnView,
    ExplanationView,
    HeldByView,
)
from application.shared.actor import Actor
from application.shared.clock import Clock
from application.shared.scope import SYSTEM, Scope, organizations
from domain.catalogue.availability import DrawnOn, Sale, explain
from domain.catalogue.errors import TicketTypeNotFound
from domain.catalogue.phase import Intent, Phase, sales_window
from domain.catalogue.ticket_type import TicketTypeStatus
from domain.shared.ids import EventId, TicketTypeId
from domain.shared.period import Period
from domain.shared.permissions import Permission

_AVAILABILITY: Select[Any] = (
    select(
        ticket_types,
        events.c.intent,
        events.c.starts_at,
        events.c.ends_at,
        events.c.sales_start.label("event_sales_start"),
        events.c.sales_end.label("event_sales_end"),
        AVAILABLE.label("available"),
        PHASE.label("phase"),
        IS_ON_SALE.label("is_on_sale"),
    )
    .join_from(ticket_types, events, OF_EVENT)
    .join(OFFER, true())
    .where(VISIBLE, OFFERED)
)
_EVENT_OF = select(ticket_types.c.event_id)

# One statement is one moment: the parts add up. What is held is told apart by its orders.
_DRAWN = text(
    """
    with drawn as (
        select d.allotment_id, d.units, a.kind, coalesce(a.name, t.name, e.name) as name,
               c.capacity, c.held, c.sold, c.blocked, c.waiting
        from ticket_type_draws d
        join allotments a on a.organization_id = d.organization_id and a.id = d.allotment_id
        join allotment_counters c
          on c.organization_id = d.organization_id and c.allotment_id = d.allotment_id
        left join ticket_types t
          on a.kind = 'ticket_type' and t.organization_id = a.organization_id and t.id = a.id
        left join events e
          on a.kind = 'event' and e.organization_id = a.organization_id and e.id = a.id
        where d.organization_id = :organization_id and d.ticket_type_id = :ticket_type_id
    ), held_by as (
        select x.allotment_id,
               coalesce(sum(x.units) filter (where p.is_in_flight), 0) as in_flight,
               min(o.expires_at) filter (where not p.is_in_flight) as first_runs_out_at
        from orders o
        cross join lateral unnest(o.draw_ids, o.draw_units) as x (allotment_id, units)
        cross join lateral (
            select exists (
                select from payments
                where organization_id = o.organization_id and order_id = o.id
                  and status = 'processing') as is_in_flight) p
        where o.organization_id = :organization_id and o.event_id = :event_id
          and o.status = 'pending'
          and x.allotment_id in (select allotment_id from drawn where held > 0)
        group by x.allotment_id
    )
    select drawn.*, coalesce(h.in_flight, 0) as in_flight, h.first_runs_out_at
    from drawn left join held_by h using (allotment_id)
    order by array_position(array['ticket_type', 'pool', 'event'], kind), name, allotment_id
    """
)


class PostgresAvailabilityQueries:
    """`clock` tells the time by which tickets are on sale."""

    def __init__(self, database: Database, clock: Clock, cart_units: CartUnits) -> None:
        self._database = database
        self._clock = clock
        self._cart_units = cart_units

    async def event_of_ticket_type(self, ticket_type_id: TicketTypeId) -> EventId:
        statement = _EVENT_OF.where(ticket_types.c.id == ticket_type_id)
        async with self._database.read(SYSTEM) as connection:
            found = (await connection.execute(statement)).scalar_one_or_none()
        if found is None:
            raise TicketTypeNotFound
        return EventId(found)

    async def get_availability(
        self, scope: Scope, ticket_type_id: TicketTypeId, event_id: EventId | None = None
    ) -> AvailabilityView:
        row, _ = await self._read(scope, ticket_type_id, event_id)
        return _view(row, row.available)

    async def explain_availability(
        self,
        scope: Scope,
        ticket_type_id: TicketTypeId,
        event_id: EventId | None = None,
        *,
        visitor: Actor | None,
    ) -> AvailabilityView:
        row, drawn = await self._read(scope, ticket_type_id, event_id, explained=True)
        carts = await self._cart_units.in_carts(row.event_id, [one.allotment_id for one in drawn])
        draws = [_drawn_on(one, carts.get(one.allotment_id, 0)) for one in drawn]
        sees_orders = visitor is not None and visitor.can(
            Permission.ORDERS_VIEW, row.organization_id, event_id=row.event_id
        )
        explanation = self._explanation(row, drawn, draws, sees_orders=sees_orders)
        tickets = (one.tickets for one in draws if one.tickets is not None)
        return _view(row, min(tickets, default=WITHOUT_END), explanation)

    async def _read(
        self,
        scope: Scope,
        ticket_type_id: TicketTypeId,
        event_id: EventId | None,
        *,
        explained: bool = False,
    ) -> tuple[Row[Any], list[Row[Any]]]:
        keys = keys_of(scope, self._clock())
        statement = _AVAILABILITY.where(ticket_types.c.id == ticket_type_id)
        if event_id is not None:
            statement = statement.where(ticket_types.c.event_id == event_id)
        async with self._database.read(scope) as connection:
            row = (await connection.execute(statement, keys)).one_or_none()
            if row is None:
                if event_id is not None:
                    await refuse_unseen(connection, event_id, keys)
                raise TicketTypeNotFound
        if not explained:
            return row, []
        asked = {
            "organization_id": row.organization_id,
            "event_id": row.event_id,
            "ticket_type_id": ticket_type_id,
        }
        # Whoever sees the ticket type is told why no more are left, and orders are part of that.
        async with self._database.read(organizations([row.organization_id])) as connection:
            return row, list((await connection.execute(_DRAWN, asked)).all())

    def _explanation(
        self, row: Row[Any], drawn: list[Row[Any]], draws: list[DrawnOn], *, sees_orders: bool
    ) -> ExplanationView:
        now = self._clock()
        sale = Sale(
            intent=Intent(row.intent),
            is_hidden=row.status == TicketTypeStatus.HIDDEN.value,
            ends_at=row.ends_at,
            event_window=sales_window(
                Period(row.event_sales_start, row.event_sales_end), row.starts_at
            ),
            type_window=Period(row.sales_start, row.sales_end),
        )
        runs_out = {one.allotment_id: one.first_runs_out_at for one in drawn}
        told = explain(sale, draws, now=now, runs_out=runs_out)
        return ExplanationView(
            left=told.left,
            why=told.why,
            back_at=told.back_at,
            drawn_on=[
                _drawn_on_view(
                    one,
                    is_limit=one is told.limit,
                    in_flight=row.in_flight if sees_orders else None,
                )
                for one, row in zip(draws, drawn, strict=True)
            ],
        )


def _drawn_on(row: Row[Any], in_carts: int) -> DrawnOn:
    return DrawnOn(
        allotment_id=row.allotment_id,
        kind=row.kind,
        name=row.name,
        units=row.units,
        capacity=row.capacity,
        held=row.held,
        sold=row.sold,
        blocked=row.blocked,
        waiting=row.waiting,
        in_carts=in_carts,
    )


def _drawn_on_view(drawn: DrawnOn, *, is_limit: bool, in_flight: int | None) -> DrawnOnView:
    held_by = None
    if in_flight is not None:
        held_by = HeldByView(pending_orders=drawn.held - in_flight, payments_in_flight=in_flight)
    return DrawnOnView(
        id=drawn.allotment_id,
        kind=drawn.kind,
        name=drawn.name,
        units_per_ticket=drawn.units,
        capacity=drawn.capacity,
        held=drawn.held,
        sold=drawn.sold,
        blocked=drawn.blocked,
        free=drawn.free,
        waiting=drawn.waiting,
        in_carts=drawn.in_carts,
        tickets_left=drawn.tickets,
        is_limit=is_limit,
        held_by=held_by,
    )


def _view(
    row: Row[Any], available: int, explanation: ExplanationView | None = None
) -> AvailabilityView:
    return AvailabilityView(
        ticket_type_id=row.id,
        event_id=row.event_id,
        available=available,
        status=offered(row.status, available),
        is_on_sale=row.is_on_sale,
        event_status=Phase(row.phase),
        min_per_order=row.min_per_order,
        max_per_order=row.max_per_order,
        max_per_customer=row.max_per_customer,
        sales_start=row.sales_start,
        sales_end=row.sales_end,
        explanation=explanation,
    )
