"""Many rows in one statement: columns go over as arrays and come out of `unnest`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import ARRAY

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped.


def set_insert(table: Table, *, without: Sequence[str] = ()) -> TextClause:
    """`insert into table select ... from unnest(...)` over all columns but those in `without`.

    Array columns would be flattened by unnest, so they travel as PostgreSQL's own array literals.
    """
    columns = [column for column in table.columns if column.name not in without]
    names = ", ".join(column.name for column in columns)
    arrays = ", ".join(
        f"cast(:{column.name} as {'text' if _is_array(column) else _type(column)}[])"
        for column in columns
    )
    values = ", ".join(
        f"cast(n.{column.name} as {_type(column)})" if _is_array(column) else f"n.{column.name}"
        for column in columns
    )
    return text(
        f"insert into {table.name} ({names}) select {values} from unnest({arrays}) as n ({names})"
    )


def _is_array(column: Column[Any]) -> bool:
    return isinstance(column.type, ARRAY)


def _type(column: Column[Any]) -> str:
    return column.type.compile(_DIALECT)


async def insert_set(
    connection: AsyncConnection, statement: TextClause, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Run a `set_insert` over the rows; nothing happens for none."""
    if not rows:
        return
    names = statement.compile().params
    columns = {name: [_sent(row[name]) for row in rows] for name in names}
    await connection.execute(statement, columns)


def _sent(value: Any) -> Any:
    return "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) else value
