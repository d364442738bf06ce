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


_COLUMNS = """
    select format('%I', c.relname), string_agg(format('%I', a.attname), ', ' order by a.attnum)
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
        and c.relname <> 'alembic_version' and pg_relation_size(c.oid) > 0
        and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by c.relname
"""
_SEQUENCES = """
    select format('%I', sequencename), last_value
    from pg_sequences where schemaname = 'public' and last_value is not null
"""


class KeptRows:
    """What a database holds now, to be put back when it has been emptied."""

    def __init__(self, connection: Connection) -> None:
        self._rows: dict[str, bytes] = {}
        for name, columns in connection.execute(_COLUMNS).fetchall():
            with connection.cursor().copy(f"copy {name} ({columns}) to stdout") as copy:
                rows = b"".join(copy)
            if rows:
                self._rows[f"{name} ({columns})"] = rows
        self._sequences = connection.execute(_SEQUENCES).fetchall()

    def put_back(self, connection: Connection) -> None:
        """As they were: no trigger tells of it, and no sequence starts again."""
        with connection.transaction():
            connection.execute("set local session_replication_role = replica")
            for name, rows in self._rows.items():
                with connection.cursor().copy(f"copy {name} from stdin") as copy:
                    copy.write(rows)
            for name, last in self._sequences:
                connection.execute("select setval(%s::regclass, %s)", [name, last])
