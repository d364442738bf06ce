-- Row-level security, forced, on every tenant's table (docs/adr/0015-row-level-security.md).

-- What a later migration calls for each table that it makes:
--   select tixmo_protect('refund_rules');                       the organisation's alone
--   select tixmo_protect('orders', person => 'buyer_id');       also read by whom the column names
--   select tixmo_protect('refunds', person_when => '...');      also read by a person, under a condition
--   select tixmo_protect('events', published_when => '...');    also read by the public, under a condition
-- All conditions are about the row; `tenant` names the column that says whose it is. Writes are always
-- the organisation's alone. A person's condition compares with
-- `(select current_setting('app.person_id')::uuid)`, which PostgreSQL asks once per statement.
create function tixmo_protect(
    protected regclass,
    person text default null,
    person_when text default null,
    published_when text default null,
    tenant text default 'organization_id'
) returns void language plpgsql as $body$
declare
    ours text := format(
        $$%I = any((select current_setting('app.organization_ids')::uuid[])::uuid[])$$, tenant);
begin
    execute format('alter table %s enable row level security, force row level security', protected);
    execute format('create policy tenant on %s using (%s) with check (%s)', protected, ours, ours);
    execute format('create policy system on %s for select to tixmo_system using (true)', protected);
    if person is not null then
        person_when := concat_ws(' or ', format(
            $$%I = (select current_setting('app.person_id')::uuid)$$, person), person_when);
    end if;
    if person_when is not null then
        execute format('create policy person on %s for select using (%s)', protected, person_when);
    end if;
    if published_when is not null then
        execute format(
            $$create policy published on %s for select
              using ((select current_setting('app.scope')) = 'public' and (%s))$$,
            protected, published_when);
    end if;
end $body$;
revoke all on function tixmo_protect from public;

select tixmo_protect('memberships', person => 'user_id');
select tixmo_protect('organizations', tenant => 'id', person_when => $$
    id = any((select array(
        select organization_id from memberships
        where user_id = (select current_setting('app.person_id')::uuid)))::uuid[])
$$);

-- What people bought, and what it is about.
select tixmo_protect('orders', person => 'buyer_id');
select tixmo_protect('order_lines', person_when => $$
    exists (
        select from orders o
        where o.organization_id = order_lines.organization_id and o.id = order_lines.order_id
          and o.buyer_id = (select current_setting('app.person_id')::uuid))
$$);
select tixmo_protect('tickets', person => 'holder_id');
select tixmo_protect('admissions', person_when => $$
    exists (
        select from tickets t
        where t.organization_id = admissions.organization_id and t.id = admissions.ticket_id
          and t.holder_id = (select current_setting('app.person_id')::uuid))
$$);
select tixmo_protect('payments', person => 'payer_id');
select tixmo_protect('refunds', person_when => $$
    exists (
        select from payments p
        where p.organization_id = refunds.organization_id and p.id = refunds.payment_id
          and p.payer_id = (select current_setting('app.person_id')::uuid))
$$);
select tixmo_protect('carts', person => 'owner_id');
select tixmo_protect('waiting_list_entries', person => 'user_id');

-- The catalogue. The public reads what was published; of the stock only numbers, which name nothing.
select tixmo_protect('events',
    published_when => $$
        visibility <> 'private'
        and (intent = 'published' or (intent = 'cancelled' and published_at is not null))
    $$,
    person_when => $$
        id = any((select array(
            select event_id from orders
            where buyer_id = (select current_setting('app.person_id')::uuid)
            union all
            select event_id from tickets
            where holder_id = (select current_setting('app.person_id')::uuid)
            union all
            select event_id from waiting_list_entries
            where user_id = (select current_setting('app.person_id')::uuid)))::uuid[])
    $$);
select tixmo_protect('ticket_types',
    published_when => $$
        status = 'active' and exists (
            select from events e
            where e.organization_id = ticket_types.organization_id and e.id = ticket_types.event_id)
    $$,
    person_when => $$
        id = any((select array(
            select ticket_type_id from tickets
            where holder_id = (select current_setting('app.person_id')::uuid)
            union all
            select ticket_type_id from waiting_list_entries
            where user_id = (select current_setting('app.person_id')::uuid)))::uuid[])
    $$);
select tixmo_protect('venues', published_when => 'true');
select tixmo_protect('ticket_type_draws', published_when => 'true');
select tixmo_protect('allotment_counters', published_when => 'true');

select tixmo_protect('allotments');
select tixmo_protect('promo_codes');
select tixmo_protect('stock_movements');
select tixmo_protect('scanners');
select tixmo_protect('scans');
select tixmo_protect('waiting_rooms');

-- Events are told of by the system, which also numbers them.
select tixmo_protect('event_log');
create policy sealing on event_log for update to tixmo_system using (true) with check (true);
