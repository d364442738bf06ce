"""Questions about orders, answered in one statement each."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database
from adapters.postgres.repeats import PostgresFirstRequests
from adapters.postgres.visible import seen_by, sight_of, sight_of_guest, visible
from application.sales.ports import OrderPlace
from application.sales.queries import OrderFilter, OrderItemView, OrderView
from application.shared.actor import Actor, authorize, authorize_list, authorize_own
from application.shared.clock import Clock
from application.shared.idempotency import Repeated, RequestKey
from application.shared.order_links import Shopper
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import SYSTEM
from domain.sales.errors import OrderNotFound
from domain.sales.order import KEPT_IN_FLIGHT
from domain.shared.errors import NotFound
from domain.shared.ids import EventId, OrderId
from domain.shared.money import Money
from domain.shared.permissions import Permission, PersonalScope

_OWN = PersonalScope.ORDERS_READ
_MINE = visible("o", "buyer_id")
_GUESTS = "o.buyer_id is null and o.id = :id"
_WHERE_KEPT = "select o.organization_id, o.id, o.event_id, o.buyer_id from orders o"
_PLACE = text(f"{_WHERE_KEPT} where {_MINE}")
_GUEST_PLACE = text(f"{_WHERE_KEPT} where {_GUESTS}")

# One aggregate per order: an order with its lines is one row of the answer.
_VIEW = """
    select o.*, e.name as event_name,
           (select jsonb_agg(jsonb_build_object(
                'ticket_type_id', l.ticket_type_id, 'name', l.name, 'quantity', l.quantity,
                'unit_price_minor', l.unit_price_minor, 'discount_minor', l.discount_minor)
                order by l.position)
            from order_lines l
            where l.organization_id = o.organization_id and l.order_id = o.id) as lines
    from orders o
    join events e on e.organization_id = o.organization_id and e.id = o.event_id
"""
_GET = text(f"{_VIEW} where {_MINE}")
_GET_GUESTS = text(f"{_VIEW} where {_GUESTS}")
_OVERDUE = """
    select organization_id, id, event_id, buyer_id from orders o
    where status = 'pending' and expires_at <= :now
      and not exists (
          select from payments p
          where p.organization_id = o.organization_id and p.order_id = o.id
            and p.status = 'processing' and p.updated_at > :in_flight_since)
"""
# Through the organisations, which keeps the primary key in use.
_IS_PLACED = text(
    """
    select exists (
        select from organizations g
        join orders o on o.organization_id = g.id and o.id = :id)
    """
)
_PENDING = text(
    """
    select organization_id, id, event_id, buyer_id from orders
    where organization_id = (select organization_id from events where id = :event_id)
      and event_id = :event_id and status = 'pending'
    order by id limit :limit
    """
)


class PostgresOrderPlaces:
    """Where orders are kept, and which of them are due."""

    def __init__(self, database: Database, clock: Clock | None) -> None:
        self._database = database
        self._clock = clock

    async def place_of(self, shopper: Shopper, order_id: OrderId) -> OrderPlace:
        return _place(await _one(self._database, shopper, order_id, _PLACE, _GUEST_PLACE))

    async def is_placed(self, order_id: OrderId) -> bool:
        async with self._database.read(SYSTEM) as connection:
            found: bool = (await connection.execute(_IS_PLACED, {"id": order_id})).scalar_one()
        return found

    async def first_requests(self, keys: Collection[RequestKey]) -> dict[RequestKey, Repeated]:
        return await PostgresFirstRequests(self._database).find(keys)

    async def overdue(
        self, limit: int, event_ids: Collection[EventId] | None = None
    ) -> list[OrderPlace]:
        where = " and event_id = any(:event_ids)" if event_ids is not None else ""
        statement = text(f"{_OVERDUE}{where} order by expires_at limit :limit")
        async with self._database.read(SYSTEM) as connection:
            now = await self._now(connection)
            keys: dict[str, Any] = {
                "limit": limit,
                "now": now,
                "in_flight_since": now - KEPT_IN_FLIGHT,
            }
            if event_ids is not None:
                keys["event_ids"] = list(event_ids)
            return [_place(row) for row in await connection.execute(statement, keys)]

    async def pending_of(self, event_id: EventId, limit: int) -> list[OrderPlace]:
        async with self._database.read(SYSTEM) as connection:
            rows = await connection.execute(_PENDING, {"event_id": event_id, "limit": limit})
            return [_place(row) for row in rows]

    async def _now(self, connection: AsyncConnection) -> datetime:
        if self._clock:
            return self._clock()
        now: datetime = (
            await connection.execute(text("select clock_timestamp() as now"))
        ).scalar_one()
        return now


class PostgresOrderQueries:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get_order(self, shopper: Shopper, order_id: OrderId) -> OrderView:
        row = await _one(self._database, shopper, order_id, _GET, _GET_GUESTS)
        if isinstance(shopper, Actor) and not shopper.owns(row.buyer_id, _OWN):
            try:
                authorize(
                    shopper, Permission.ORDERS_VIEW, row.organization_id, event_id=row.event_id
                )
            except NotFound as error:
                raise OrderNotFound from error
        return _view(row, self._clock())

    async def list_my_orders(
        self, actor: Actor, where: OrderFilter, page: PageRequest
    ) -> Page[OrderView]:
        mine = msgspec.structs.replace(where, organization_id=None)
        return await self.list_orders(actor, mine, page)

    async def list_orders(
        self, actor: Actor, where: OrderFilter, page: PageRequest
    ) -> Page[OrderView]:
        now = self._clock()
        keys: dict[str, Any] = {"limit": page.limit + 1, "now": now}
        if where.organization_id is None:
            authorize_own(actor, _OWN)
            scope, conditions = actor.as_person(), ["o.buyer_id = :person_id"]
            keys["person_id"] = actor.user_id
        else:
            scope = authorize_list(actor, Permission.ORDERS_VIEW, where.organization_id)
            conditions = ["o.organization_id = :organization_id"]
            keys["organization_id"] = where.organization_id
            if scope.limited_to:
                conditions.append("o.event_id = any(:own_events)")
                keys["own_events"] = list(scope.event_ids)
        if where.event_id is not None:
            conditions.append("o.event_id = :event_id")
            keys["event_id"] = where.event_id
        if where.status is not None:
            conditions.append(
                "case when o.status = 'pending' and o.expires_at <= :now"
                " then 'expired' else o.status end = :status"
            )
            keys["status"] = where.status.value
        after = page.after(OrderId)
        if after is not None:
            conditions.append("o.id < :after")
            keys["after"] = after
        statement = text(
            f"{_VIEW} where {' and '.join(conditions)} order by o.id desc limit :limit"
        )
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement, keys)).all()
        return page_of([_view(row, now) for row in rows], page)


async def _one(
    database: Database, shopper: Shopper, order_id: OrderId, own: TextClause, guests: TextClause
) -> Row[Any]:
    """The order's row, if the shopper may know of it. Raises OrderNotFound."""
    if isinstance(shopper, Actor):
        asking = await sight_of(database, shopper, "orders", order_id)
        statement, keys = own, seen_by(asking, order_id)
    elif shopper.order_id == order_id:
        asking = await sight_of_guest(database, order_id)
        statement, keys = guests, {"id": order_id}
    else:
        raise OrderNotFound
    async with database.read(asking) as connection:
        row = (await connection.execute(statement, keys)).one_or_none()
    if row is None:
        raise OrderNotFound
    return row


def _place(row: Row[Any]) -> OrderPlace:
    return OrderPlace(row.id, row.organization_id, row.event_id, row.buyer_id)


def _view(row: Row[Any], now: datetime) -> OrderView:
    def amount(minor: int) -> str:
        return str(Money(minor, row.currency))

    overdue = row.status == "pending" and row.expires_at <= now
    return OrderView(
        id=row.id,
        order_number=row.number,
        organization_id=row.organization_id,
        event_id=row.event_id,
        event_name=row.event_name,
        user_id=row.buyer_id,
        buyer_name=row.buyer_name,
        buyer_email=row.buyer_email,
        status="expired" if overdue else row.status,
        items=[
            OrderItemView(
                ticket_type_id=line["ticket_type_id"],
                name=line["name"],
                quantity=line["quantity"],
                unit_price=amount(line["unit_price_minor"]),
                subtotal=amount(line["unit_price_minor"] * line["quantity"]),
                discount_amount=amount(line["discount_minor"]),
                total=amount(line["unit_price_minor"] * line["quantity"] - line["discount_minor"]),
            )
            for line in row.lines
        ],
        currency=row.currency,
        subtotal_amount=amount(row.subtotal_minor),
        discount_amount=amount(row.discount_minor),
        fees_amount=amount(row.fees_minor),
        tax_amount=amount(row.tax_minor),
        total_amount=amount(row.total_minor),
        promo_code=row.promo_code,
        created_at=row.placed_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        closed_at=row.closed_at,
        close_reason=row.close_reason,
    )
