-- The roles in PostgreSQL, once per server and safe to repeat; for whoever may create roles.
--   tixmo_owner   owns the schema and migrates
--   tixmo_app     serves: owns nothing, and sees the rows that row-level security lets it see
--   tixmo_system  what tixmo_app becomes to find due work across tenants; nobody signs in as it
-- The passwords are yours to set, and the database yours to make: docs/running.md.
do $$
begin
    if not exists (select from pg_roles where rolname = 'tixmo_owner') then
        create role tixmo_owner login;
    end if;
    if not exists (select from pg_roles where rolname = 'tixmo_app') then
        create role tixmo_app login;
    end if;
    if not exists (select from pg_roles where rolname = 'tixmo_system') then
        create role tixmo_system nologin;
    end if;
    -- To become tixmo_system is a step that is taken, never something that is had all the time.
    if current_setting('server_version_num')::integer >= 160000 then
        execute 'grant tixmo_system to tixmo_app with inherit false, set true';
    else
        alter role tixmo_app noinherit;
        grant tixmo_system to tixmo_app;
    end if;
end $$
