"""Small things that every store does: save by version, and read one row or refuse."""

from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, Update, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.shared.errors import StaleVersion


async def insert_row(connection: AsyncConnection, table: Table, row: dict[str, Any]) -> None:
    """A new row at version 1."""
    await connection.execute(_insert(table), row | {"version": 1})


async def update_row(
    connection: AsyncConnection, table: Table, row: dict[str, Any], *, version: int
) -> None:
    """The row with this primary key, if it still has this version. Raises StaleVersion."""
    keys = table.primary_key.columns.keys()
    values = {name: value for name, value in row.items() if name not in keys}
    asked = {f"at_{name}": row[name] for name in keys} | {"at_version": version}
    result = await connection.execute(_update(table), values | asked | {"version": version + 1})
    if result.rowcount != 1:
        raise StaleVersion


# Made once: a statement that names its values is made, and hashed, for every row.
@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table) -> Update:
    """Sets the columns that it is given values for."""
    keyed = [*table.primary_key.columns, table.c.version]
    return update(table).where(*(column == bindparam(f"at_{column.name}") for column in keyed))
