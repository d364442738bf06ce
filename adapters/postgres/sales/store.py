"""The heart of sales in PostgreSQL: rows locked once and sorted, sets written in one statement
each.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import TextClause, text

from adapters.postgres.arrays import integers, uuids
from adapters.postgres.payments.sales_money import PostgresMoney
from adapters.postgres.sales.ordered_carts import PostgresOrderedCarts
from adapters.postgres.sales.tables import (
    allotment_from_row,
    lines_to_rows,
    order_from_rows,
    order_lines,
    order_to_row,
    orders,
    stock_movements,
    ticket_from_row,
    ticket_to_row,
    tickets,
)
from adapters.postgres.sales.taken_offers import PostgresTakenOffers
from adapters.postgres.sessions import ended_sessions
from adapters.postgres.sets import set_insert, set_update
from adapters.postgres.transaction import PostgresTransaction
from domain.sales.allotment import Allotment
from domain.sales.box_office import Claim, Movement
from domain.sales.order import KEPT_IN_FLIGHT, Order
from domain.sales.ticket import Ticket
from domain.shared.ids import AllotmentId, EventId, OrderId, SessionId

# The clock is read outside the locking query: inside, it would tell the time before the wait.
_LOCK_STOCK = text(
    """
    with locked as materialized (
        select organization_id, allotment_id, capacity, held, sold, blocked, revision, waiting
        from allotment_counters
        where organization_id = any(:organization_ids) and allotment_id = any(:ids)
        order by allotment_id
        for update
    )
    select *, clock_timestamp() as now from locked
    """
)
# A maximum that was lowered below what a customer has does not take anything away.
_OPEN_LIMITS = text(
    """
    insert into allotment_counters as c (organization_id, allotment_id, capacity)
    select * from unnest(cast(:organization_ids as uuid[]), cast(:ids as uuid[]),
                         cast(:maxima as integer[]))
    on conflict (organization_id, allotment_id) do update set capacity = excluded.capacity
    where c.capacity <> excluded.capacity
    """
)
_SAVE_STOCK = text(
    """
    update allotment_counters c
    set held = n.held, sold = n.sold, blocked = n.blocked, waiting = n.waiting
    from unnest(cast(:organization_ids as uuid[]), cast(:ids as uuid[]), cast(:held as integer[]),
                cast(:sold as integer[]), cast(:blocked as integer[]), cast(:waiting as integer[]))
         as n (organization_id, allotment_id, held, sold, blocked, waiting)
    where c.organization_id = n.organization_id and c.allotment_id = n.allotment_id
      and c.organization_id = any(:organization_ids) and c.allotment_id = any(:ids)
    """
)
# No key of an order ever changes, so whoever writes what refers to it need not wait.
_LOCK_ORDERS = text(
    """
    select * from orders
    where organization_id = any(:organization_ids) and id = any(:ids)
    order by id for no key update
    """
)
_LOCK_OVERDUE = text(
    """
    select * from orders
    where organization_id = any(:organization_ids) and id = any(:ids)
      and status = 'pending' and expires_at <= :now
    order by id for no key update skip locked
    """
)
# A payment in flight keeps its order: the reconciler learns its end first. A statement of its own,
# because what the locking one reads may be older than the lock.
_IN_FLIGHT = text(
    """
    select order_id from payments
    where organization_id = any(:organization_ids) and order_id = any(:ids)
      and status = 'processing' and updated_at > :in_flight_since
    """
)
_LINES_OF = text(
    """
    select * from order_lines
    where organization_id = any(:organization_ids) and order_id = any(:ids)
    order by order_id, position
    """
)
_ADD_ORDERS = set_insert(orders)
_ADD_LINES = set_insert(order_lines)
_ADD_TICKETS = set_insert(tickets)
_ADD_MOVEMENTS = set_insert(stock_movements, without=["id"])
_SAVE_ORDERS = set_update(
    orders,
    """
    update orders o
    set status = n.status, paid_at = n.paid_at, closed_at = n.closed_at,
        close_reason = n.close_reason, version = o.version + 1
    from unnest(cast(:organization_id as uuid[]), cast(:id as uuid[]), cast(:status as text[]),
                cast(:paid_at as timestamptz[]), cast(:closed_at as timestamptz[]),
                cast(:close_reason as text[]), cast(:version as integer[]))
         as n (organization_id, id, status, paid_at, closed_at, close_reason, version)
    where o.organization_id = n.organization_id and o.id = n.id and o.version = n.version
    """,
)
_SAVE_TICKETS = set_update(
    tickets,
    """
    update tickets t
    set status = n.status, cancelled_at = n.cancelled_at, version = t.version + 1
    from unnest(cast(:organization_id as uuid[]), cast(:id as uuid[]), cast(:status as text[]),
                cast(:cancelled_at as timestamptz[]), cast(:version as integer[]))
         as n (organization_id, id, status, cancelled_at, version)
    where t.organization_id = n.organization_id and t.id = n.id and t.version = n.version
    """,
)
_TICKETS_OF = text(
    """
    select * from tickets
    where organization_id = any(:organization_ids) and order_id = any(:ids)
    order by id for update
    """
)


class PostgresStock:
    locking = _LOCK_STOCK

    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx
        self._limits: dict[AllotmentId, Allotment] = {}

    async def lock_limits(self, claims: Sequence[Claim]) -> dict[AllotmentId, Allotment]:
        limits = {
            limit.allotment_of(claim.buyer.email): (claim.quote.organization_id, limit.maximum)
            for claim in claims
            for limit in claim.quote.per_customer
        }
        if not limits:
            return {}
        # A statement of its own: what was counted while the event's lock was waited for is seen.
        found = await self.lock(limits)
        for id_, (organization_id, maximum) in limits.items():
            if id_ not in found:
                found[id_] = Allotment(organization_id=organization_id, id=id_, capacity=maximum)
            limited = found[id_]
            limited.capacity = max(maximum, limited.held + limited.sold)
        self._limits |= found
        return found

    async def lock(self, ids: Collection[AllotmentId]) -> dict[AllotmentId, Allotment]:
        rows = (await self._tx.connection.execute(self.locking, _keys(self._tx, ids))).all()
        if rows:
            self._tx.note_time(max(row.now for row in rows))
        return {row.allotment_id: allotment_from_row(row) for row in rows}

    async def save(self, stock: Iterable[Allotment], movements: Sequence[Movement]) -> None:
        moved = {movement.allotment_id for movement in movements}
        changed = [allotment for allotment in stock if allotment.id in moved]
        if not changed:
            return
        await self._open(sorted(moved & self._limits.keys()))
        rows = [
            {
                "organization_id": movement.organization_id,
                "allotment_id": movement.allotment_id,
                "order_id": movement.order_id,
                "kind": movement.kind.value,
                "quantity": movement.quantity,
                "at": movement.at,
            }
            for movement in movements
        ]
        await _ADD_MOVEMENTS.run(self._tx.connection, rows)
        await self._tx.connection.execute(
            _SAVE_STOCK,
            {
                "organization_ids": uuids(allotment.organization_id for allotment in changed),
                "ids": uuids(allotment.id for allotment in changed),
                "held": integers(allotment.held for allotment in changed),
                "sold": integers(allotment.sold for allotment in changed),
                "blocked": integers(allotment.blocked for allotment in changed),
                "waiting": integers(allotment.waiting for allotment in changed),
            },
        )

    async def _open(self, ids: Sequence[AllotmentId]) -> None:
        """Counters of customers, with what they may have today; the lock of the event is held."""
        if ids:
            limits = [self._limits[id_] for id_ in ids]
            await self._tx.connection.execute(
                _OPEN_LIMITS,
                {
                    "ids": list(ids),
                    "organization_ids": [limit.organization_id for limit in limits],
                    "maxima": [limit.capacity for limit in limits],
                },
            )


class PostgresOrders:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def lock(self, ids: Collection[OrderId]) -> dict[OrderId, Order]:
        return await self._load(_LOCK_ORDERS, _keys(self._tx, ids))

    async def lock_overdue(self, ids: Collection[OrderId]) -> dict[OrderId, Order]:
        keys = _keys(self._tx, ids)
        overdue = await self._load(_LOCK_OVERDUE, keys | {"now": self._tx.now})
        since = {"in_flight_since": self._tx.now - KEPT_IN_FLIGHT}
        in_flight = (await self._tx.connection.execute(_IN_FLIGHT, keys | since)).scalars().all()
        return {id_: order for id_, order in overdue.items() if id_ not in set(in_flight)}

    async def _load(self, statement: TextClause, keys: dict[str, Any]) -> dict[OrderId, Order]:
        rows = (await self._tx.connection.execute(statement, keys)).all()
        if not rows:
            return {}
        found = keys | {"ids": [row.id for row in rows]}
        found.pop("now", None)
        lines = (await self._tx.connection.execute(_LINES_OF, found)).all()
        by_order = {id_: list(group) for id_, group in groupby(lines, key=lambda ln: ln.order_id)}
        return {row.id: order_from_rows(row, by_order.get(row.id, ())) for row in rows}

    async def add(self, orders: Sequence[Order]) -> None:
        for order in orders:
            order.version = 1
        rows = [order_to_row(order) for order in orders]
        await _ADD_ORDERS.run(self._tx.connection, rows)
        lines = [line for order in orders for line in lines_to_rows(order)]
        await _ADD_LINES.run(self._tx.connection, lines)

    async def save(self, orders: Sequence[Order]) -> None:
        rows = [order_to_row(order) for order in orders]
        await _SAVE_ORDERS.save(self._tx.connection, rows)
        for order in orders:
            order.version += 1


class PostgresTickets:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def of_orders(self, ids: Collection[OrderId]) -> list[Ticket]:
        rows = (await self._tx.connection.execute(_TICKETS_OF, _keys(self._tx, ids))).all()
        found = [ticket_from_row(row) for row in rows]
        return sorted(found, key=lambda t: (t.order_id, t.line_position, t.unit))

    async def add(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            ticket.version = 1
        rows = [ticket_to_row(ticket) for ticket in tickets]
        await _ADD_TICKETS.run(self._tx.connection, rows)

    async def save(self, tickets: Sequence[Ticket]) -> None:
        rows = [ticket_to_row(ticket) for ticket in tickets]
        await _SAVE_TICKETS.save(self._tx.connection, rows)
        for ticket in tickets:
            ticket.version += 1


class PostgresSalesTransaction(PostgresTransaction):
    stock: PostgresStock
    orders: PostgresOrders
    tickets: PostgresTickets
    payments: PostgresMoney
    carts: PostgresOrderedCarts
    offers: PostgresTakenOffers

    def build(self) -> None:
        self.stock = PostgresStock(self)
        self.orders = PostgresOrders(self)
        self.tickets = PostgresTickets(self)
        self.payments = PostgresMoney(self)
        self.carts = PostgresOrderedCarts(self)
        self.offers = PostgresTakenOffers(self)

    async def ended_sessions(self, ids: Collection[SessionId]) -> set[SessionId]:
        return await ended_sessions(self.connection, ids)

    async def cancelled_events(self, ids: Collection[EventId]) -> set[EventId]:
        rows = await self.connection.execute(
            text(
                "select id from events where organization_id = any(:organization_ids)"
                " and id = any(:ids) and intent = 'cancelled'"
            ),
            _keys(self, ids),
        )
        return {row.id for row in rows}


def _keys(tx: PostgresTransaction, ids: Collection[Any]) -> dict[str, Any]:
    return {"organization_ids": list(tx.scope.organization_ids), "ids": list(ids)}
