"""A database emptied between two tests, at the price of the few tables that the first one wrote to.

To truncate all of them costs more than most tests do. Deleting does not, but leaves dead rows, so
a table that has grown is truncated after all.
"""

from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

_GROWN = 256 * 1024  # Bytes.

# Also what nobody has committed yet has its place in the file already.
_WRITTEN_TO = """
    select format('%I', relname), pg_relation_size(oid) from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace
        and relname <> 'alembic_version' and pg_relation_size(oid) > 0
"""
_START_OVER = """
    select setval(format('%I', sequencename)::regclass, start_value, false)
    from pg_sequences where schemaname = 'public' and last_value is not null
"""


def empty(connection: Connection) -> None:
    """All tables empty, all sequences at the beginning. The connection is a superuser's."""
    sizes = dict(connection.execute(_WRITTEN_TO).fetchall())
    if not sizes:
        return
    with connection.transaction():
        # Waits, as truncating does, for whoever still writes: they would be found afterwards.
        connection.execute(f"lock table {', '.join(sizes)} in exclusive mode")
        each = (f"(select '{name}' from {name} limit 1)" for name in sizes)
        filled = [name for (name,) in connection.execute(" union all ".join(each)).fetchall()]
        # Neither references nor triggers: everything goes, and the audit log with it.
        clearing = [f"delete from {name}" for name in filled if sizes[name] < _GROWN]
        if grown := [name for name, size in sizes.items() if size >= _GROWN]:
            clearing.append(f"truncate {', '.join(grown)} cascade")
        connection.execute("; ".join(["set local session_replication_role = replica", *clearing]))
        connection.execute(_START_OVER)
