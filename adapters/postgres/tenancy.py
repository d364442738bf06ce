"""Whether row-level security is whole: asked of PostgreSQL's own catalogue."""

from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.privileges import SYSTEM_ROLE

GLOBAL: dict[str, str] = {
    "alembic_version": "the revision of the schema",
    "users": "a person may buy from every organisation, and works for several",
    "sessions": "a person's, and not an organisation's",
    "login_flows": "a person's, on the way through a provider",
    "linked_identities": "a person's, and not an organisation's",
    "second_factors": "a person's, and not an organisation's",
    "passkeys": "a person's, and not an organisation's",
    "spent_challenges": "digests of what was answered once",
    "account_links": "a person's, and not an organisation's",
    "user_preferences": "a person's, and not an organisation's",
    "familiar_networks": "a person's, and not an organisation's",
    "registrations": "accounts to be, and not an organisation's",
    "attempts": "counted by digests of addresses and networks",
    "credentials": "digests of secrets, looked up before anything is known of who shows one",
    "idempotency_records": "keyed by a digest of who asks; nobody can ask for another's",
    "provider_events": "whose payment a message is about, is found out by looking into it",
    "deliveries": "which subscriber was told of which event, by numbers",
    "procrastinate_jobs": "the queue's own; its jobs name rows and hold none",
    "procrastinate_events": "the queue's own",
    "procrastinate_periodic_defers": "the queue's own",
    "procrastinate_workers": "the queue's own",
}
"""Tables without row-level security, and why each of them belongs to no organisation. None of them
has a column that names one, by whatever name."""

ALSO_WRITTEN: frozenset[tuple[str, str]] = frozenset(
    {("event_log", "of_nobody"), ("oauth_grants", "grantor")}
)
"""Policies by which more than an organisation's own rows are written: those of none, and what a
person let an application do."""

DEFINER_FUNCTIONS: frozenset[str] = frozenset()
"""Functions that run with their owner's rights. None: what sees across tenants is the system."""

_TABLES = text(
    """
    select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as is_forced,
           exists (
               select from pg_attribute a
               where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 and a.attname ~ '(organi[sz]ation|tenant)(_|s|$)'
               union all
               select from pg_constraint f
               where f.conrelid = c.oid and f.confrelid = to_regclass('public.organizations')
           ) as names_tenants,
           exists (
               select from pg_policy p
               where p.polrelid = c.oid and p.polname = 'tenant' and p.polcmd = '*'
                 and p.polqual is not null and p.polwithcheck is not null) as has_tenant,
           coalesce((
               select array_agg(p.polname::text order by p.polname) from pg_policy p
               where p.polrelid = c.oid and p.polname <> 'tenant' and p.polcmd <> 'r'
                 and not p.polroles = array[(
                     select oid from pg_roles where rolname = :system)]), '{}') as also_write
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    order by c.relname
    """
)
_VIEWS = text(
    """
    select relname from pg_class
    where relnamespace = 'public'::regnamespace
      and (relkind = 'm' or relkind = 'v' and not coalesce(
          'security_invoker=true' = any(reloptions) or 'security_invoker=on' = any(reloptions),
          false))
    order by relname
    """
)
_FUNCTIONS = text(
    """
    select proname from pg_proc
    where pronamespace = 'public'::regnamespace and prosecdef order by proname
    """
)
_ROLE = text(
    """
    select r.rolname, r.rolsuper, r.rolbypassrls,
           exists (
               select from pg_class c
               where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                 and pg_has_role(r.oid, c.relowner, 'usage')) as is_owner,
           pg_has_role(r.oid, s.oid, 'member') as may_find_work,
           pg_has_role(r.oid, s.oid, 'usage') as is_system
    from pg_roles r left join pg_roles s on s.rolname = :system
    where r.rolname = session_user
    """
)


class Gaps(NamedTuple):
    """What is wrong, each a line for whoever runs the server."""

    schema: list[str]
    """Rows that the policies do not keep apart."""
    role: list[str]
    """Why the policies do not bind the role that is connected, or bind it too much."""


async def gaps(connection: AsyncConnection) -> Gaps:
    return Gaps(await _of_schema(connection), await _of_role(connection))


async def _of_schema(connection: AsyncConnection) -> list[str]:
    found = []
    for table in await connection.execute(_TABLES, {"system": SYSTEM_ROLE}):
        if table.name in GLOBAL:
            if table.names_tenants:
                found.append(f"{table.name}: names an organisation, and nothing protects it")
            continue
        if not table.is_forced:
            found.append(f"{table.name}: row-level security is not forced")
        if not table.has_tenant:
            found.append(f"{table.name}: no policy keeps tenants apart")
        found += [
            f"{table.name}: policy {name} lets others write"
            for name in table.also_write
            if (table.name, name) not in ALSO_WRITTEN
        ]
    views = (await connection.execute(_VIEWS)).scalars()
    found += [f"{name}: this view shows what its owner sees" for name in views]
    functions = (await connection.execute(_FUNCTIONS)).scalars()
    found += [
        f"{name}: this function has its owner's rights"
        for name in functions
        if name not in DEFINER_FUNCTIONS
    ]
    return found


async def _of_role(connection: AsyncConnection) -> list[str]:
    role = (await connection.execute(_ROLE, {"system": SYSTEM_ROLE})).one()
    wrong = {
        "is a superuser, whom no policy binds": role.rolsuper,
        "may bypass row-level security": role.rolbypassrls,
        "owns the tables": role.is_owner,
        f"is {SYSTEM_ROLE} all the time: let it not inherit": role.is_system,
        f"may not become {SYSTEM_ROLE}": not role.may_find_work,
    }
    # A superuser has everybody's rights: saying so once is enough.
    found = [f"{role.rolname} {what}" for what, is_wrong in wrong.items() if is_wrong]
    return found[:1] if role.rolsuper else found
