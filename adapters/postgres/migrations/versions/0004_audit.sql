-- The audit log is the event log: changes of rows stand there beside what happened to orders.

-- Who asked, and from where; the transaction says so before its first change.
alter table event_log
    add column origin jsonb default nullif(current_setting('app.origin', true), '')::jsonb;

-- What is kept of a value: neither secrets nor what belongs to a person, who may be forgotten one day.
create function audit_shown(name text, value jsonb, personal text) returns jsonb
    language sql immutable
    return case
        when value is null or value = 'null' then value
        when name ~ '(_hash$|secret|sealed|^seed)' then '"(secret)"'
        when name = any(string_to_array(personal, ',')) then '"(personal)"'
        else value
    end;

-- The time is the database's, or the virtual one of tests and seeding (`app.at`).
-- Told: the column that names the row; columns that hold personal data; columns that are nobody's change.
create function audit_change() returns trigger language plpgsql as $$
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
        jsonb_build_object('table', tg_table_name, 'before', before, 'after', after),
        coalesce(nullif(current_setting('app.at', true), '')::timestamptz, clock_timestamp())
    );
    return null;
end $$;

-- One line makes a table audited: `select audit_table('venues', 'id');`
create function audit_table(
    audited regclass, key text, personal text default '', ignored text default ''
) returns void language plpgsql as $$
begin
    execute format(
        'create trigger audited after insert or update or delete on %s for each row execute function audit_change(%L, %L, %L)',
        audited, key, personal, ignored
    );
end $$;

select audit_table('organizations', 'id'),
       audit_table('memberships', 'user_id'),
       audit_table('venues', 'id'),
       audit_table('events', 'id'),
       audit_table('ticket_types', 'id'),
       audit_table('promo_codes', 'id'),
       audit_table('waiting_rooms', 'event_id'),
       audit_table('scanners', 'id', '', 'last_seen_at'),
       audit_table('users', 'id', 'email,email_key,first_name,last_name,phone', 'last_login_at');

-- Counters move with every sale, which the log of events tells; capacities are changed by people.
create trigger audited after update on allotment_counters for each row
    when (old.capacity is distinct from new.capacity or old.blocked is distinct from new.blocked)
    execute function audit_change('allotment_id', '', 'held,sold,waiting,revision');

-- A block holds what the sealer numbered at once for one organisation. Its hash covers the block before.
create table audit_blocks (
    organization_id uuid not null,
    number integer not null check (number > 0),
    first_position bigint not null,
    last_position bigint not null check (last_position >= first_position),
    entries integer not null check (entries > 0),
    hash bytea not null check (length(hash) = 32),
    primary key (organization_id, number)
);
create index audit_blocks_by_position on audit_blocks (organization_id, last_position);

create function audit_digest(entry event_log) returns bytea language sql stable
    return sha256(convert_to(concat_ws(
        e'\x1f', entry.organization_id, entry.id, entry.position, entry.type, entry.type_version, entry.aggregate_id,
        entry.payload::text, extract(epoch from entry.recorded_at)::text, coalesce(entry.origin::text, '')
    ), 'UTF8'));

-- What was numbered before there were blocks is the first one of each organisation.
insert into audit_blocks
select organization_id, 1, min(position), max(position), count(*),
       sha256(string_agg(audit_digest(e), ''::bytea order by position))
from event_log e where position is not null group by organization_id;

-- Nobody who serves requests can change or remove what is written; the sealer gives positions.
do $$ begin
    if exists (select from pg_roles where rolname = 'tixmo_app') then
        revoke update, delete, truncate on event_log, audit_blocks from tixmo_app;
        grant update (position) on event_log to tixmo_app;
    end if;
end $$;
