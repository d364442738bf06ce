"""What belongs to an organisation: to see that none of it changed, and none of it was told."""

import hashlib
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

PUBLIC = ("organizations", "events", "ticket_types", "venues")
"""Whose ids everybody may know, drafts apart."""

_TABLES = """
    select table_name, array_agg(column_name::text) from information_schema.columns
    where table_schema = 'public' group by table_name
    having bool_or(column_name = 'organization_id')
"""


def _tables(connection: Connection) -> dict[str, set[str]]:
    return {name: set(columns) for name, columns in connection.execute(_TABLES).fetchall()}


def holdings(connection: Connection, organization: str) -> dict[str, str]:
    """Every table's rows of the organisation, as far as equal rows give equal texts."""
    found = {}
    for table in _tables(connection):
        rows = connection.execute(
            f"select t::text from {table} t where organization_id = %s", [organization]
        ).fetchall()
        told = "\n".join(sorted(text for (text,) in rows))
        found[table] = f"{len(rows)} rows, {hashlib.sha256(told.encode()).hexdigest()}"
    return found


def canaries(connection: Connection, organization: str, domain: str) -> set[str]:
    """What no stranger may ever read: private ids and numbers, and the people's addresses."""
    found = {f"promoter@{domain}", f"buyer@{domain}"}
    for table, columns in _tables(connection).items():
        for column in {"id", "number", "order_id", "ticket_id", "key_hint"} & columns:
            rows = connection.execute(
                f"select distinct {column}::text from {table} where organization_id = %s",
                [organization],
            ).fetchall()
            found |= {text for (text,) in rows if text is not None and len(text) > 7}
    return found - _public(connection, organization)


def _public(connection: Connection, organization: str) -> set[str]:
    known = {organization}
    for table, where in (
        ("events", "intent <> 'draft'"),
        ("ticket_types", "event_id in (select id from events where intent <> 'draft')"),
        ("venues", "true"),
    ):
        rows = connection.execute(
            f"select id::text from {table} where organization_id = %s and {where}", [organization]
        ).fetchall()
        known |= {text for (text,) in rows}
    return known
