"""What must hold at all times: each a question that answers with no rows.

The numbers are those of faults.md, 2.2; S is the stock's own, C carts, K keys, L the event log. I04
waits for seats. Constraints hold many of them already: here they are asked again, because a
constraint can be dropped and a counter can be restored from a wrong backup.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.insights.chain import BROKEN_CHAINS
from adapters.postgres.sales.recount import IN_FLIGHT, RECOUNT

ROWS_MAX = 20
"""How many rows of each broken invariant are shown."""


class Invariant(NamedTuple):
    """A sentence that is true, and the rows that would belie it."""

    id: str
    sentence: str
    sql: str


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "I01",
        "Nothing is taken beyond its capacity, and no counter is below zero.",
        """
        select organization_id, allotment_id, capacity, held, sold, blocked, waiting
        from allotment_counters
        where held + sold + blocked > capacity or least(held, sold, blocked, waiting) < 0
        """,
    ),
    Invariant(
        "I02",
        "Every counter is what orders, offers and the waiting list add up to.",
        f"""
        {RECOUNT}
        select organization_id, allotment_id, held, ordered_held, sold, ordered_sold,
               blocked, offered, waiting, awaited
        from recount
        where (held, sold, blocked, waiting)
              is distinct from (ordered_held, ordered_sold, offered, awaited)
        """,
    ),
    Invariant(
        "I03",
        "No ticket type has more live tickets than its quantity.",
        """
        select t.organization_id, t.ticket_type_id, c.capacity, count(*) as live
        from tickets t
        join allotment_counters c
          on c.organization_id = t.organization_id and c.allotment_id = t.ticket_type_id
        where t.status = 'valid'
        group by t.organization_id, t.ticket_type_id, c.capacity
        having count(*) > c.capacity
        """,
    ),
    Invariant(
        "I05",
        "All live tickets of an event fit into it, and its stock is as large as the event says.",
        """
        select e.organization_id, e.id as event_id, e.capacity, c.capacity as counted, t.live
        from events e
        left join allotment_counters c
          on c.organization_id = e.organization_id and c.allotment_id = e.id
        cross join lateral (
            select count(*) as live from tickets t
            join orders o on o.organization_id = t.organization_id and o.id = t.order_id
            where o.organization_id = e.organization_id and o.event_id = e.id
              and t.status = 'valid') t
        where t.live > e.capacity or e.capacity <> c.capacity
        """,
    ),
    Invariant(
        "I06",
        "No promo code is used more often than allowed, and its counter knows every use.",
        """
        select p.organization_id, p.id as promo_code_id, c.capacity, c.held + c.sold as counted,
               u.uses
        from promo_codes p
        join allotment_counters c
          on c.organization_id = p.organization_id and c.allotment_id = p.id
        left join (
            select organization_id, promo_code_id, count(*) as uses from orders
            where promo_code_id is not null and status in ('pending', 'paid')
            group by organization_id, promo_code_id) u
          on u.organization_id = p.organization_id and u.promo_code_id = p.id
        where coalesce(u.uses, 0) > c.capacity or coalesce(u.uses, 0) <> c.held + c.sold
        """,
    ),
    Invariant(
        "I07",
        "Each line of a paid order has as many live tickets as it says.",
        """
        select l.organization_id, l.order_id, l.position, l.quantity, count(t.id) as live
        from orders o
        join order_lines l on l.organization_id = o.organization_id and l.order_id = o.id
        left join tickets t
          on t.organization_id = l.organization_id and t.order_id = l.order_id
         and t.line_position = l.position and t.status = 'valid'
        where o.status = 'paid'
        group by l.organization_id, l.order_id, l.position, l.quantity
        having count(t.id) <> l.quantity
        """,
    ),
    Invariant(
        "I08",
        "No live ticket belongs to an order that is not paid.",
        """
        select t.organization_id, t.id as ticket_id, t.order_id, o.status
        from tickets t
        left join orders o on o.organization_id = t.organization_id and o.id = t.order_id
        where t.status = 'valid' and o.status is distinct from 'paid'
        """,
    ),
    Invariant(
        "I09",
        "Money that was received paid its order, goes back, or is flagged for a person.",
        """
        select p.organization_id, p.id as payment_id, p.order_id, o.status
        from payments p
        join orders o on o.organization_id = p.organization_id and o.id = p.order_id
        where p.status = 'succeeded' and p.received_minor > 0 and o.status <> 'paid'
          and p.review_flag is null
          and not exists (
              select from refunds r
              where r.organization_id = p.organization_id and r.payment_id = p.id
                and r.status <> 'failed')
        """,
    ),
    Invariant(
        "I10",
        "A paid order is covered exactly by what it brought less what goes back.",
        """
        select o.organization_id, o.id as order_id, o.total_minor, m.received, m.returned
        from orders o
        cross join lateral (
            select coalesce(sum(p.received_minor), 0) as received,
                   coalesce(sum(r.minor), 0) as returned
            from payments p
            left join lateral (
                select sum(amount_minor) as minor from refunds
                where organization_id = p.organization_id and payment_id = p.id
                  and status <> 'failed') r on true
            where p.organization_id = o.organization_id and p.order_id = o.id
              and p.status = 'succeeded' and p.review_flag is null) m
        where o.status = 'paid' and o.total_minor <> m.received - m.returned
        """,
    ),
    Invariant(
        "I11",
        "A payment, its order and its event share one currency.",
        """
        select o.organization_id, o.id as order_id, e.currency as of_event, o.currency as of_order,
               p.currency as of_payment
        from orders o
        join events e on e.organization_id = o.organization_id and e.id = o.event_id
        left join payments p on p.organization_id = o.organization_id and p.order_id = o.id
        where e.currency <> o.currency or p.currency <> o.currency
        """,
    ),
    Invariant(
        "I12",
        "No more goes back than came.",
        """
        select p.organization_id, p.id as payment_id, p.received_minor,
               sum(r.amount_minor) as returned
        from payments p
        join refunds r on r.organization_id = p.organization_id and r.payment_id = p.id
        where r.status <> 'failed'
        group by p.organization_id, p.id, p.received_minor
        having sum(r.amount_minor) > p.received_minor
        """,
    ),
    Invariant(
        "I16",
        "A processor's reference is one payment's, and its messages are kept once.",
        """
        select provider, provider_ref as reference, count(*) from payments
        where provider_ref is not null group by provider, provider_ref having count(*) > 1
        union all
        select provider, provider_event_id, count(*) from provider_events
        group by provider, provider_event_id having count(*) > 1
        """,
    ),
    Invariant(
        "I17",
        "No message of a card processor waits longer than 5 minutes.",
        """
        select provider, provider_event_id, received_at from provider_events
        where processed_at is null and received_at < :now - interval '5 minutes'
        """,
    ),
    Invariant(
        "I18",
        "Nothing is held 60 s after its time, unless a payment for it is in flight.",
        """
        select o.organization_id, 'order' as what, o.id, o.expires_at from orders o
        where o.status = 'pending' and o.expires_at < :now - interval '60 seconds'
          and not exists (
              select from payments p
              where p.organization_id = o.organization_id and p.order_id = o.id
                and p.status = 'processing' and p.updated_at > :now - cast(:in_flight as interval))
        union all
        select organization_id, 'offer', id, offer_expires_at from waiting_list_entries
        where status = 'offered' and offer_expires_at < :now - interval '60 seconds'
        """,
    ),
    Invariant(
        "I19",
        "No overdue order waits for a payment that nobody asked about for 10 minutes.",
        """
        select o.organization_id, o.id as order_id, p.id as payment_id, p.updated_at
        from orders o
        join payments p on p.organization_id = o.organization_id and p.order_id = o.id
        where o.status = 'pending' and o.expires_at < :now - interval '2 minutes'
          and p.status = 'processing' and p.updated_at < :now - interval '10 minutes'
        """,
    ),
    Invariant(
        "I20",
        "No payment is under way for longer than a day.",
        """
        select organization_id, id as payment_id, created_at from payments
        where status = 'processing' and created_at < :now - interval '24 hours'
        """,
    ),
    Invariant(
        "I26",
        "Every paid order was announced.",
        """
        select o.organization_id, o.id as order_id, o.paid_at from orders o
        where o.status = 'paid' and not exists (
            select from event_log e
            where e.organization_id = o.organization_id and e.type = 'order.paid'
              and e.aggregate_id = o.id)
        """,
    ),
    Invariant(
        "I29",
        "The audit log is what it was when it was chained.",
        BROKEN_CHAINS,
    ),
    Invariant(
        "I34",
        "A ticket's code is its own.",
        """
        select organization_id, encode(code, 'hex') as code, count(*) from tickets
        group by organization_id, code having count(*) > 1
        """,
    ),
    Invariant(
        "I35",
        "An order's sums are those of its lines.",
        """
        select o.organization_id, o.id as order_id, o.subtotal_minor, o.discount_minor
        from orders o
        left join order_lines l on l.organization_id = o.organization_id and l.order_id = o.id
        group by o.organization_id, o.id
        having o.subtotal_minor is distinct from sum(l.quantity * l.unit_price_minor)
            or o.discount_minor is distinct from sum(l.discount_minor)
        """,
    ),
    Invariant(
        "S01",
        "Every counter is what its movements add up to.",
        f"""
        {RECOUNT}
        select organization_id, allotment_id, held, moved_held, sold, moved_sold,
               blocked, moved_blocked
        from recount
        where (held, sold, blocked) is distinct from (moved_held, moved_sold, moved_blocked)
        """,
    ),
    Invariant(
        "S02",
        "Every event, ticket type and promo code has its allotment, and that its counter.",
        """
        select n.organization_id, n.id as allotment_id, n.kind, a.id is not null as is_defined,
               c.allotment_id is not null as is_counted
        from (
            select organization_id, id, 'event' as kind from events
            union all select organization_id, id, 'ticket_type' from ticket_types
            union all select organization_id, id, 'promo_code' from promo_codes
            union all select organization_id, id, kind from allotments where kind = 'pool') n
        left join allotments a
          on a.organization_id = n.organization_id and a.id = n.id and a.kind = n.kind
        left join allotment_counters c
          on c.organization_id = n.organization_id and c.allotment_id = n.id
        where a.id is null or c.allotment_id is null
        """,
    ),
    Invariant(
        "S03",
        "A counter without a definition counts one customer's tickets of one type.",
        """
        select c.organization_id, c.allotment_id, c.capacity, o.id as order_id
        from allotment_counters c
        left join allotments a on a.organization_id = c.organization_id and a.id = c.allotment_id
        left join (
            select organization_id, id, buyer_email, unnest(draw_ids) as drawn from orders) o
          on o.organization_id = c.organization_id and o.drawn = c.allotment_id
        where a.id is null and (
            c.capacity is null or c.revision <> 0 or c.waiting <> 0
            or o.buyer_email ~ '^[[:ascii:]]+$' and not exists (
                select from order_lines l
                where l.organization_id = o.organization_id and l.order_id = o.id
                  and c.allotment_id = cast('ff' || encode(substr(sha256(
                          convert_to('customer', 'UTF8') || uuid_send(l.ticket_type_id)
                          || convert_to(lower(o.buyer_email), 'UTF8')), 1, 15), 'hex') as uuid)))
        """,
    ),
    Invariant(
        "S04",
        "A ticket takes one of its own type and some of its event, and else of that event's pools.",
        """
        select t.organization_id, t.id as ticket_type_id
        from ticket_types t
        left join ticket_type_draws d
          on d.organization_id = t.organization_id and d.ticket_type_id = t.id
        left join allotments a on a.organization_id = d.organization_id and a.id = d.allotment_id
        group by t.organization_id, t.id, t.event_id
        having count(*) filter (where a.id = t.id and d.units = 1) <> 1
            or count(*) filter (where a.id = t.event_id) <> 1
            or count(*) filter (where a.id not in (t.id, t.event_id)
                                  and (a.kind <> 'pool' or a.event_id <> t.event_id)) > 0
        """,
    ),
    Invariant(
        "C01",
        "A cart is one order.",
        """
        select organization_id, cart_id, count(*) from orders
        where cart_id is not null group by organization_id, cart_id having count(*) > 1
        """,
    ),
    Invariant(
        "C02",
        "A cart that was ordered names its order, and that the cart.",
        """
        select c.organization_id, c.id as cart_id, c.order_id from carts c
        left join orders o
          on o.organization_id = c.organization_id and o.id = c.order_id and o.cart_id = c.id
        where c.status = 'ordered' and o.id is null
        """,
    ),
    Invariant(
        "I31",
        "No refresh token that was replaced is good for anything.",
        """
        select s.id, o.id as replaced_in from sessions s
        join sessions o on o.previous_refresh_hash = s.refresh_hash
        """,
    ),
    Invariant(
        "K01",
        "Every remembered key knows what was asked with it.",
        "select id, recorded_at from idempotency_records where fingerprint is null",
    ),
    Invariant(
        "L01",
        "What happened is numbered without a gap.",
        """
        select position, before from (
            select position, lag(position) over (order by position) as before
            from event_log where position is not null) numbered
        where position - before <> 1
        """,
    ),
)


async def violated(
    connection: AsyncConnection, now: datetime | None = None
) -> dict[str, list[dict[str, Any]]]:
    """The broken invariants by id, each with its first 20 rows; empty if all is well.

    `now` is the database's own time unless time is virtual. One snapshot of all is the caller's
    business: REPEATABLE READ.
    """
    if now is None:
        now = (await connection.execute(text("select clock_timestamp() as now"))).scalar_one()
    told = {"now": now, "in_flight": IN_FLIGHT, "rows_max": ROWS_MAX}
    found: dict[str, list[dict[str, Any]]] = {}
    for invariant in INVARIANTS:
        statement = text(f"select * from ({invariant.sql}) as broken limit :rows_max")
        asked = {name: told[name] for name in statement.compile().params}
        rows = (await connection.execute(statement, asked)).mappings().all()
        if rows:
            found[invariant.id] = [dict(row) for row in rows]
    return found
