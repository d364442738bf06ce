"""Small things that every store does: save by version, and read one row or refuse."""

from typing import Any

from sqlalchemy import Table, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.shared.errors import StaleVersion


async def insert_row(connection: AsyncConnection, table: Table, row: dict[str, Any]) -> None:
    """A new row at version 1."""
    await connection.execute(insert(table).values(**row, version=1))


async def update_row(
    connection: AsyncConnection, table: Table, row: dict[str, Any], *, version: int
) -> None:
    """The row with this primary key, if it still has this version. Raises StaleVersion."""
    keys = [column.name for column in table.primary_key.columns]
    values = {name: value for name, value in row.items() if name not in keys}
    statement = (
        update(table).values(**values, version=version + 1).where(table.c.version == version)
    )
    for key in keys:
        statement = statement.where(table.c[key] == row[key])
    result = await connection.execute(statement)
    if result.rowcount != 1:
        raise StaleVersion
