-- A grant is known to its person and to the organisation whose application it is for.
select tixmo_protect('oauth_grants', tenant => 'client_organization_id');
create policy grantor on oauth_grants
    using (user_id = (select current_setting('app.person_id')::uuid))
    with check (user_id = (select current_setting('app.person_id')::uuid));
create policy granting on oauth_grants to tixmo_system using (true) with check (true);

-- A visit names all organisations in which the person works: only who has all of these sees it, and
-- its two people do. The system alone writes it (adapters/postgres/privileges.py).
alter table support_visits enable row level security, force row level security;
create policy tenant on support_visits
    using (organization_ids <> '{}'
           and organization_ids <@ (select current_setting('app.organization_ids')::uuid[])::uuid[])
    with check (organization_ids <> '{}'
           and organization_ids <@ (select current_setting('app.organization_ids')::uuid[])::uuid[]);
create policy person on support_visits for select
    using ((select current_setting('app.person_id')::uuid) in (user_id, visitor_id));
create policy visiting on support_visits to tixmo_system using (true) with check (true);

-- What has its position keeps it: the sealer gives one, once.
alter policy sealing on event_log using (position is null) with check (position is not null);

-- As in 0004; a trigger may be told, as its fourth word, what the log calls the table's rows.
create or replace function audit_change() returns trigger language plpgsql as $$
declare
    was jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
    now_is jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
    whole jsonb := was || now_is;
    ignored text[] := '{version,updated_at}'::text[] || string_to_array(tg_argv[2], ',');
    before jsonb;
    after jsonb;
begin
    select coalesce(jsonb_object_agg(key, audit_shown(key, was -> key, tg_argv[1])) filter (where was ? key), '{}'),
           coalesce(jsonb_object_agg(key, audit_shown(key, now_is -> key, tg_argv[1])) filter (where now_is ? key), '{}')
    into before, after
    from jsonb_object_keys(whole) as key
    where (was -> key) is distinct from (now_is -> key) and key <> all (ignored);
    if before = '{}' and after = '{}' then
        return null;
    end if;
    insert into event_log (organization_id, type, type_version, aggregate_id, payload, recorded_at)
    values (
        coalesce(
            (whole ->> 'organization_id')::uuid,
            case tg_table_name when 'organizations' then (whole ->> 'id')::uuid end,
            '00000000-0000-0000-0000-000000000000'
        ),
        case tg_op when 'INSERT' then 'row.created' when 'UPDATE' then 'row.updated' else 'row.deleted' end,
        1,
        (whole ->> tg_argv[0])::uuid,
        jsonb_build_object('table', coalesce(tg_argv[3], tg_table_name), 'before', before, 'after', after),
        coalesce(nullif(current_setting('app.at', true), '')::timestamptz, clock_timestamp())
    );
    return null;
end $$;

-- Of the allotments, people know the pools; what a ticket type takes of itself is
-- said by its capacity. Of a place in line, organisers change the priority; the rest is told by its events.
create trigger audited after insert or update on allotments for each row
    when (new.kind = 'pool') execute function audit_change('id', '', '', 'pools');
create trigger audited_end after delete on allotments for each row
    when (old.kind = 'pool') execute function audit_change('id', '', '', 'pools');
create trigger audited after update on waiting_list_entries for each row
    when (old.priority is distinct from new.priority)
    execute function audit_change('id', 'name,email,email_key,client', '');
create trigger audited after insert or update on ticket_type_draws for each row
    when (new.allotment_id <> new.ticket_type_id) execute function audit_change('ticket_type_id', '', '');
create trigger audited_end after delete on ticket_type_draws for each row
    when (old.allotment_id <> old.ticket_type_id) execute function audit_change('ticket_type_id', '', '');
