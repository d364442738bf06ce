"""What belongs to an organisation: to see that none of it changed, and none of it was told."""

from functools import cache
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

_TABLES = """
    select table_name, array_agg(column_name::text) from information_schema.columns
    where table_schema = 'public' group by table_name
    having bool_or(column_name = 'organization_id')
"""


@cache
def _tables(database: str) -> dict[str, set[str]]:
    """By name, with their columns; looked up once, for that takes longer than all else here."""
    with psycopg.connect(database) as connection:
        return {name: set(columns) for name, columns in connection.execute(_TABLES).fetchall()}


def _known(connection: Connection) -> dict[str, set[str]]:
    return _tables(connection.info.dsn)


def holdings(connection: Connection, organization: str) -> dict[str, str]:
    """Every table's rows of the organisation, as far as equal rows give equal texts."""
    each = (
        f"select '{table}', count(*) || ' rows, '"
        " || md5(coalesce(string_agg(t::text, e'\\n' order by t::text), ''))"
        f" from {table} t where organization_id = %(organization)s"
        for table in _known(connection)
    )
    rows = connection.execute(" union all ".join(each), {"organization": organization})
    return dict(rows.fetchall())


def canaries(connection: Connection, organization: str, domain: str) -> set[str]:
    """What no stranger may ever read: private ids and numbers, and the people's addresses."""
    found = {f"promoter@{domain}", f"buyer@{domain}"}
    for table, columns in _known(connection).items():
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
