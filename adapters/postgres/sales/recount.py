"""What the counters ought to be, worked out anew from the history and from orders and offers.

A reservation is an unpaid order, a sale is a paid one; what an offer of the waiting list keeps
aside is blocked, and what the list waits for is owed. Fragments for `with`; each has one row per
allotment that it speaks of.
"""

from domain.sales.order import KEPT_IN_FLIGHT

IN_FLIGHT = KEPT_IN_FLIGHT
"""How long an overdue order goes on holding its stock for a payment at the card processor."""

BY_MOVEMENTS = """
by_movements as (
    select organization_id, allotment_id,
           sum(case kind when 'hold' then quantity
                         when 'release' then -quantity when 'sell' then -quantity
                         else 0 end) as held,
           sum(case kind when 'sell' then quantity
                         when 'give_back' then -quantity else 0 end) as sold,
           sum(case kind when 'block' then quantity
                         when 'unblock' then -quantity else 0 end) as blocked
    from stock_movements
    group by organization_id, allotment_id)
"""

BY_ORDERS = """
by_orders as (
    select o.organization_id, d.allotment_id,
           coalesce(sum(d.units) filter (where o.status = 'pending'), 0) as held,
           coalesce(sum(d.units) filter (where o.status = 'paid'), 0) as sold
    from orders o
    cross join lateral unnest(o.draw_ids, o.draw_units) as d (allotment_id, units)
    where o.status in ('pending', 'paid')
    group by o.organization_id, d.allotment_id)
"""

BY_LIST = """
by_list as (
    select e.organization_id, d.allotment_id,
           coalesce(sum(d.units) filter (where e.status = 'offered'), 0) as blocked,
           coalesce(sum(d.units) filter (
               where e.status = 'waiting' and d.allotment_id = any(e.waits_for)), 0) as waiting
    from waiting_list_entries e
    cross join lateral unnest(e.draw_ids, e.draw_units) as d (allotment_id, units)
    where e.status in ('waiting', 'offered')
    group by e.organization_id, d.allotment_id)
"""

# A counter that is missing counts nothing.
RECOUNT = f"""
with {BY_MOVEMENTS.strip()}, {BY_ORDERS.strip()}, {BY_LIST.strip()},
recount as (
    select organization_id, allotment_id, c.capacity,
           coalesce(c.held, 0) as held, coalesce(c.sold, 0) as sold,
           coalesce(c.blocked, 0) as blocked, coalesce(c.waiting, 0) as waiting,
           coalesce(m.held, 0) as moved_held, coalesce(m.sold, 0) as moved_sold,
           coalesce(m.blocked, 0) as moved_blocked,
           coalesce(o.held, 0) as ordered_held, coalesce(o.sold, 0) as ordered_sold,
           coalesce(l.blocked, 0) as offered, coalesce(l.waiting, 0) as awaited
    from allotment_counters c
    full join by_movements m using (organization_id, allotment_id)
    full join by_orders o using (organization_id, allotment_id)
    full join by_list l using (organization_id, allotment_id))
"""
