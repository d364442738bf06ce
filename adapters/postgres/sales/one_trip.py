"""One round trip for a whole batch of orders: three statements that are one transaction.

The guards refuse by breaking a rule of the database, which undoes all of it: a division by zero for
sessions, unique keys, and the CHECK on the counters, which the last statement breaks on purpose if
the offer, the clock or the stock is not what was decided by.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import psycopg.errors
from psycopg import AsyncConnection

from adapters.postgres.arrays import uuids
from adapters.postgres.database import Database, in_our_words
from adapters.postgres.sales.batch_columns import PackedQuotes, columns_of, guard_of
from application.sales.one_trip import Batch, Found, LastSeen, Seen
from application.shared.clock import Clock
from domain.sales.allotment import Allotment
from domain.sales.order import KEPT_IN_FLIGHT
from domain.shared.ids import AllotmentId, EventId, OrganizationId, SessionId

GUARD = """
select set_config('app.scope', 'organizations', true),
       set_config('app.organization_ids', %(scope)s, true),
       set_config('app.person_id', '00000000-0000-0000-0000-000000000000', true),
       set_config('lock_timeout', '500ms', true),
       1 / (case when (select count(*) from sessions
                       where id = any(%(sessions)s) and revoked_at is null)
                      = cardinality(%(sessions)s) then 1 else 0 end)
"""
WRITE = """
with q as materialized (
    select * from unnest(
        %(q_number)s, %(q_organization_id)s, %(q_event_id)s, %(q_currency)s, %(q_subtotal)s,
        %(q_discount)s, %(q_fees)s, %(q_tax)s, %(q_total)s, %(q_draw_ids)s, %(q_draw_units)s,
        %(q_payload)s)
        as q (n, organization_id, event_id, currency, subtotal, discount, fees, tax, total,
              draw_ids, draw_units, payload)
), o as materialized (
    select * from unnest(
        %(o_quote)s, %(o_id)s, %(o_number)s, %(o_buyer_id)s, %(o_buyer_name)s, %(o_buyer_email)s,
        %(o_is_paid)s, %(o_origin)s)
        as o (n, id, number, buyer_id, buyer_name, buyer_email, is_paid, origin)
), keys as (
    insert into idempotency_records (id, fingerprint, outcome, recorded_at)
    select id, fingerprint, convert_to('"' || outcome || '"', 'UTF8'), %(now)s
    from unnest(%(k_id)s, %(k_fingerprint)s, %(k_outcome)s) as k (id, fingerprint, outcome)
), placed as (
    insert into orders (
        organization_id, id, number, event_id, buyer_id, buyer_name, buyer_email, status, currency,
        subtotal_minor, discount_minor, fees_minor, tax_minor, total_minor, draw_ids, draw_units,
        placed_at, expires_at, paid_at, version)
    select q.organization_id, o.id, o.number, q.event_id, o.buyer_id, o.buyer_name, o.buyer_email,
           case o.is_paid when 1 then 'paid' else 'pending' end, q.currency,
           q.subtotal, q.discount, q.fees, q.tax, q.total, q.draw_ids::uuid[],
           q.draw_units::integer[], %(now)s, %(expires_at)s,
           case o.is_paid when 1 then %(now)s end, 1
    from o join q using (n)
), lines as (
    insert into order_lines (
        organization_id, order_id, position, ticket_type_id, name, quantity, unit_price_minor,
        discount_minor)
    select q.organization_id, o.id, l.position, l.ticket_type_id, l.name, l.quantity, l.price,
           l.discount
    from unnest(%(l_quote)s, %(l_position)s, %(l_ticket_type_id)s, %(l_name)s, %(l_quantity)s,
                %(l_price)s, %(l_discount)s)
         as l (n, position, ticket_type_id, name, quantity, price, discount)
    join q using (n) join o using (n)
), moves as (
    insert into stock_movements (organization_id, allotment_id, order_id, kind, quantity, at)
    select q.organization_id, d.allotment_id, o.id, kind, d.units, %(now)s
    from unnest(%(d_quote)s, %(d_allotment_id)s, %(d_units)s) as d (n, allotment_id, units)
    join q using (n) join o using (n)
    cross join lateral unnest(case o.is_paid when 1 then array['hold', 'sell']
                                             else array['hold'] end) as kind
), happened as (
    insert into event_log (
        organization_id, type, type_version, aggregate_id, payload, recorded_at, origin)
    select q.organization_id, name, 1, o.id,
           q.payload || jsonb_build_object('aggregate_id', o.id, 'at', %(now)s::timestamptz),
           %(now)s, nullif(o.origin, 'null')
    from o join q using (n)
    cross join lateral unnest(case o.is_paid when 1 then array['order.placed', 'order.paid']
                                             else array['order.placed'] end) as name
)
"""
_AND_PAYMENTS = """
, begun as (
    insert into payments (
        organization_id, id, order_id, payer_id, attempt, tries, provider, provider_ref,
        client_secret, status, amount_minor, currency, received_minor, failure_code, review_flag,
        created_at, updated_at, settled_at, version)
    select q.organization_id, p.id, o.id, o.buyer_id, 1, p.tries, p.provider, p.provider_ref,
           p.client_secret, p.status, q.total, q.currency, p.received, p.failure_code,
           p.review_flag, %(now)s, %(now)s, case p.is_settled when 1 then %(now)s end, 1
    from unnest(%(p_order_id)s, %(p_id)s, %(p_tries)s, %(p_provider)s, %(p_provider_ref)s,
                %(p_client_secret)s, %(p_status)s, %(p_received)s, %(p_failure_code)s,
                %(p_review_flag)s, %(p_is_settled)s)
         as p (order_id, id, tries, provider, provider_ref, client_secret, status, received,
               failure_code, review_flag, is_settled)
    join o on o.id = p.order_id join q using (n)
)
"""
_AND_TICKETS = """
, issued as (
    insert into tickets (
        organization_id, id, order_id, line_position, unit, event_id, ticket_type_id, code,
        holder_id, holder_name, holder_email, price_minor, currency, status, issued_at, version)
    select q.organization_id, t.id, o.id, t.position, t.unit, q.event_id, t.ticket_type_id, t.code,
           o.buyer_id, o.buyer_name, o.buyer_email, t.price, q.currency, 'valid', %(now)s, 1
    from unnest(%(t_order_id)s, %(t_id)s, %(t_position)s, %(t_unit)s, %(t_ticket_type_id)s,
                %(t_code)s, %(t_price)s)
         as t (order_id, id, position, unit, ticket_type_id, code, price)
    join o on o.id = t.order_id join q using (n)
)
"""
MOVE = """
with wanted as materialized (
    select * from unnest(%(ids)s, %(organization_ids)s, %(held)s, %(sold)s, %(in_carts)s,
                         %(revisions)s)
        as w (id, organization_id, held, sold, in_carts, revision)
), locked as materialized (
    select c.* from allotment_counters c
    where c.organization_id = any(%(organization_ids)s) and c.allotment_id = any(%(ids)s)
    order by c.allotment_id
    for update
)
update allotment_counters c
set held = case
        when (select count(*) from locked) = cardinality(%(ids)s)
         and (w.revision < 0 or w.revision = c.revision)
         and (l.capacity is null
              or l.capacity - l.held - l.sold - l.blocked - l.waiting - w.in_carts
                 >= w.held + w.sold)
         and (%(clock)s::timestamptz is null
              or abs(extract(epoch from t.now - %(clock)s::timestamptz)) < 1)
        then l.held + w.held else -1 end,
    sold = l.sold + w.sold
from wanted w join locked l on l.allotment_id = w.id and l.organization_id = w.organization_id
     cross join (select clock_timestamp() as now) as t
where c.organization_id = l.organization_id and c.allotment_id = l.allotment_id
returning c.organization_id, c.allotment_id, c.capacity, c.held, c.sold, c.blocked, c.revision,
          c.waiting, t.now
"""


LOOK = """
select c.organization_id, c.allotment_id, c.capacity, c.held, c.sold, c.blocked, c.revision,
       c.waiting, t.now,
       array(select distinct o.event_id from orders o
             where o.organization_id = any(%(organization_ids)s) and o.event_id = any(%(event_ids)s)
               and o.status = 'pending' and o.expires_at <= t.now
               and not exists (
                   select from payments p
                   where p.organization_id = o.organization_id and p.order_id = o.id
                     and p.status = 'processing' and p.updated_at > t.now - %(in_flight)s)),
       array(select id from idempotency_records where id = any(%(keys)s)),
       array(select asked from unnest(%(sessions)s) as asked
             where not exists (select from sessions where id = asked and revoked_at is null))
from (select clock_timestamp() as now) as d
     cross join lateral (select coalesce(%(clock)s::timestamptz, d.now) as now) as t
     cross join allotment_counters c
where c.organization_id = any(%(organization_ids)s) and c.allotment_id = any(%(ids)s)
"""


_REFUSALS = (
    psycopg.IntegrityError,
    psycopg.DataError,
    # Somebody was in the way: the exact path finds out who waits for what.
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)


class _GuardRefused(Exception):
    """A rule of the database was broken, by us or on purpose: nothing was written."""


class PostgresOneTrip:
    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._engine = database.engine
        self._clock = clock
        self._last = LastSeen(clock)
        self._packed = PackedQuotes()

    def seen(self, ids: Collection[AllotmentId]) -> Seen | None:
        return self._last.seen(ids)

    def glance(self, ids: Collection[AllotmentId]) -> Seen | None:
        return self._last.glance(ids)

    def learn(self, stock: Iterable[Allotment], now: datetime) -> None:
        self._last.learn(stock, now)

    async def look(
        self,
        organization_ids: Collection[OrganizationId],
        ids: Collection[AllotmentId],
        event_ids: Collection[EventId],
        key_ids: Collection[UUID],
        sessions: Collection[SessionId] = (),
    ) -> Found:
        guard = guard_of(organization_ids, ())
        keys = {
            "organization_ids": uuids(organization_ids),
            "ids": uuids(ids),
            "event_ids": uuids(event_ids),
            "keys": uuids(key_ids),
            "sessions": uuids(sessions),
            "in_flight": KEPT_IN_FLIGHT,
            "clock": self._clock() if self._clock else None,
        }
        rows = await self._trip((GUARD, guard), (LOOK, keys))
        if not rows:
            return Found({}, frozenset(), frozenset(), frozenset())
        overdue, known, ended = rows[0][9:]
        stock = {row[1]: _allotment(row) for row in rows}
        return Found(stock, frozenset(overdue), frozenset(known), frozenset(ended))

    async def write(self, batch: Batch) -> bool:
        clock = None if self._clock else batch.now
        guard, columns, moves = columns_of(batch, self._packed, clock=clock)
        written = WRITE
        if "p_id" in columns:
            written += _AND_PAYMENTS
        if "t_id" in columns:
            written += _AND_TICKETS
        written += "select 1"
        try:
            rows = await self._trip((GUARD, guard), (written, columns), (MOVE, moves))
        except _GuardRefused:
            # What was known led to a refusal; the exact path will tell.
            self._last.forget(m.allotment_id for m in batch.decisions.movements)
            return False
        self._learn(rows)
        return True

    async def _trip(self, *statements: tuple[str, dict[str, Any]]) -> list[Any]:
        """The rows of the last statement. A refusal by a guard is raised as the driver's error."""
        with in_our_words():
            async with self._engine.connect() as held:
                connection: Any = (await held.get_raw_connection()).driver_connection
                try:
                    return await _pipelined(connection, statements)
                except _REFUSALS as error:
                    raise _GuardRefused from error

    def _learn(self, rows: list[Any]) -> None:
        *_, now = rows[0]
        self._last.learn((_allotment(row) for row in rows), now)


def _allotment(row: Any) -> Allotment:
    organization_id, id_, capacity, held, sold, blocked, revision, waiting = row[:8]
    return Allotment(
        organization_id=organization_id,
        id=id_,
        capacity=capacity,
        held=held,
        sold=sold,
        blocked=blocked,
        revision=revision,
        waiting=waiting,
    )


async def _pipelined(
    connection: "AsyncConnection[Any]", statements: Sequence[tuple[str, dict[str, Any]]]
) -> list[Any]:
    """Up to its end, the pipeline is one transaction."""
    await connection.set_autocommit(True)
    try:
        async with connection.pipeline():
            cursors = [
                await connection.cursor().execute(statement, parameters, prepare=True)
                for statement, parameters in statements
            ]
        rows: list[Any] = await cursors[-1].fetchall()
        return rows
    finally:
        if not connection.closed:
            await connection.set_autocommit(False)
