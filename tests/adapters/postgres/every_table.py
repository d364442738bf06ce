"""Two organisations with a row in every tenant's table, whatever tables there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from adapters.postgres.tenancy import GLOBAL

Connection = psycopg.Connection[Any]

ADA = UUID(int=0xADA)
ROCK, FOLK = UUID(int=0xA), UUID(int=0xB)
NOBODY = UUID(int=0)
PERSONS = {
    "memberships": "user_id",
    "orders": "buyer_id",
    "tickets": "holder_id",
    "payments": "payer_id",
    "carts": "owner_id",
    "waiting_list_entries": "user_id",
    "oauth_grants": "user_id",
}
"""The tables of which a person reads their own rows, and the column that says whose they are."""

KEYS = {"organizations": "id", "oauth_grants": "client_organization_id"}
"""Columns that say whose a row is, where their name is another than everywhere."""

_VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "gen_random_uuid()::text",
    "integer": "nextval('short_ids')::integer",
    "bigint": "1",
    "smallint": "1",
    "numeric": "1",
    "boolean": "true",
    "timestamp with time zone": "clock_timestamp()",
    "jsonb": "'{}'",
    "bytea": "uuid_send(gen_random_uuid())",
    "ARRAY": "'{}'",
}
_NEEDED = """
    select column_name, data_type from information_schema.columns
    where table_schema = 'public' and table_name = %s and is_nullable = 'NO'
      and column_default is null and is_identity = 'NO' and is_generated = 'NEVER'
"""


def tenant_tables(connection: Connection) -> list[str]:
    rows = connection.execute(
        "select tablename from pg_tables where schemaname = 'public' order by tablename"
    )
    return [name for (name,) in rows if name not in GLOBAL | {"support_visits": "of several"}]


def key_of(table: str) -> str:
    """The column that says whose a row is."""
    return KEYS.get(table, "organization_id")


@contextmanager
def two_tenants(connection: Connection) -> Iterator[Connection]:
    """As superuser; nothing of it stays. No key is checked and no rule, so that any row will do."""
    with connection.transaction(force_rollback=True):
        connection.execute("set local session_replication_role = replica")
        for name, table in connection.execute(
            "select conname, conrelid::regclass::text from pg_constraint"
            " where contype = 'c' and connamespace = 'public'::regnamespace"
        ).fetchall():
            connection.execute(f'alter table {table} drop constraint "{name}"')
        for table in tenant_tables(connection):
            for owner in (ROCK, FOLK):
                add_row(connection, table, owner)
        yield connection


def add_row(connection: Connection, table: str, owner: UUID, **chosen: Any) -> None:
    needed = dict(connection.execute(_NEEDED, (table,)).fetchall())
    chosen |= {key_of(table): owner}
    names = [*chosen, *(name for name in needed if name not in chosen)]
    values: list[sql.Composable] = [sql.Literal(value) for value in chosen.values()]
    values += [sql.SQL(_VALUES[needed[name]]) for name in names[len(chosen) :]]
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(values),
    )
    connection.execute(statement)


@contextmanager
def as_application(
    connection: Connection, scope: str, *owners: UUID, person: UUID = NOBODY
) -> Iterator[None]:
    """Within a transaction of the superuser: the role that serves, in a scope."""
    with connection.transaction(force_rollback=True):
        connection.execute(
            "select set_config('app.scope', %s, true), set_config('app.person_id', %s, true),"
            " set_config('app.organization_ids', %s, true), set_config('role', 'tixmo_app', true)",
            (scope, str(person), "{" + ",".join(map(str, owners)) + "}"),
        )
        yield


def seen(connection: Connection, table: str) -> list[UUID]:
    """Whose rows are seen by somebody who asks for all."""
    rows = connection.execute(f"select {key_of(table)} from {table} order by 1")
    return [owner for (owner,) in rows]
