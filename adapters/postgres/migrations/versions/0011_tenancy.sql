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

-- What a person's rows are about. Functions, because as parts of the policies these questions would be
-- prepared with every statement; here they wait until somebody reads as a person. They have no rights
-- of their own.
create function tixmo_organizations_of_person() returns uuid[] language plpgsql stable as $body$
declare
    me uuid := current_setting('app.person_id');
begin
    if me = '00000000-0000-0000-0000-000000000000' then
        return '{}';
    end if;
    return array(select organization_id from memberships where user_id = me);
end $body$;

create function tixmo_events_of_person() returns uuid[] language plpgsql stable as $body$
declare
    me uuid := current_setting('app.person_id');
begin
    if me = '00000000-0000-0000-0000-000000000000' then
        return '{}';
    end if;
    return array(
        select event_id from orders where buyer_id = me
        union
        select event_id from tickets where holder_id = me
        union
        select event_id from waiting_list_entries where user_id = me);
end $body$;

create function tixmo_ticket_types_of_person() returns uuid[] language plpgsql stable as $body$
declare
    me uuid := current_setting('app.person_id');
begin
    if me = '00000000-0000-0000-0000-000000000000' then
        return '{}';
    end if;
    return array(
        select ticket_type_id from tickets where holder_id = me
        union
        select ticket_type_id from waiting_list_entries where user_id = me);
end $body$;

select tixmo_protect('memberships', person => 'user_id');
select tixmo_protect('organizations', tenant => 'id', published_when => 'status = ''active''',
    person_when => 'id = any((select tixmo_organizations_of_person())::uuid[])');

-- What people bought, and what it is about. Each part looks up its whole by the primary key: as an
-- `exists`, the planner might gather everything that the person ever bought.
select tixmo_protect('orders', person => 'buyer_id');
select tixmo_protect('order_lines', person_when => $$
    (select current_setting('app.person_id')::uuid) = (
        select o.buyer_id from orders o
        where o.organization_id = order_lines.organization_id and o.id = order_lines.order_id)
$$);
select tixmo_protect('tickets', person => 'holder_id');
select tixmo_protect('admissions', person_when => $$
    (select current_setting('app.person_id')::uuid) = (
        select t.holder_id from tickets t
        where t.organization_id = admissions.organization_id and t.id = admissions.ticket_id)
$$);
select tixmo_protect('payments', person => 'payer_id');
select tixmo_protect('refunds', person_when => $$
    (select current_setting('app.person_id')::uuid) = (
        select p.payer_id from payments p
        where p.organization_id = refunds.organization_id and p.id = refunds.payment_id)
$$);
select tixmo_protect('carts', person => 'owner_id');
select tixmo_protect('waiting_list_entries', person => 'user_id');

-- The catalogue. The public reads what was published; of the stock only numbers, which name nothing.
select tixmo_protect('events',
    published_when => $$
        visibility <> 'private'
        and (intent = 'published' or (intent = 'cancelled' and published_at is not null))
    $$,
    person_when => 'id = any((select tixmo_events_of_person())::uuid[])');
select tixmo_protect('ticket_types',
    published_when => $$
        status = 'active' and exists (
            select from events e
            where e.organization_id = ticket_types.organization_id and e.id = ticket_types.event_id)
    $$,
    person_when => 'id = any((select tixmo_ticket_types_of_person())::uuid[])');
select tixmo_protect('venues', published_when => 'true');
select tixmo_protect('ticket_type_draws', published_when => 'true');
select tixmo_protect('allotment_counters', published_when => 'true');

select tixmo_protect('allotments');
select tixmo_protect('promo_codes');
select tixmo_protect('stock_movements');
select tixmo_protect('scanners');
select tixmo_protect('scans');
select tixmo_protect('waiting_rooms');

-- Events are told of by the system, which also numbers and chains them. Changes of what belongs to no
-- organisation, as an account, are written by whoever makes them.
select tixmo_protect('event_log');
create policy of_nobody on event_log for insert
    with check (organization_id = '00000000-0000-0000-0000-000000000000');
create policy sealing on event_log for update to tixmo_system using (true) with check (true);
select tixmo_protect('audit_blocks');
create policy chaining on audit_blocks for insert to tixmo_system with check (true);

-- What an organisation has agreed on, and whom it lets in.
select tixmo_protect('invitations');
select tixmo_protect('payout_accounts');
select tixmo_protect('revenue_shares');
select tixmo_protect('custom_domains');
select tixmo_protect('api_keys');
select tixmo_protect('oauth_clients');
