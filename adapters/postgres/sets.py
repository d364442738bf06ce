"""Many rows in one statement: columns go over as packed arrays and come out of `unnest`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    TextClause,
    Uuid,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import ARRAY

from adapters.postgres.arrays import blobs, instants, integers, longs, shorts, texts, uuids
from domain.shared.errors import StaleVersion

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped.

Pack: TypeAlias = Callable[[list[Any]], Any]

# The special ones first: every BigInteger is an Integer.
_PACKS: tuple[tuple[type[Any], Pack], ...] = (
    (Uuid, uuids),
    (Text, texts),
    (BigInteger, longs),
    (SmallInteger, shorts),
    (Integer, integers),
    (LargeBinary, blobs),
    (DateTime, instants),
)


@dataclass(frozen=True, slots=True)
class SetStatement:
    """A statement that takes columns of a table, and how each of them is packed."""

    statement: TextClause
    packs: Mapping[str, Pack]

    async def run(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> int:
        """How many rows it changed; nothing happens for none."""
        if not rows:
            return 0
        columns = {name: pack([row[name] for row in rows]) for name, pack in self.packs.items()}
        return int((await connection.execute(self.statement, columns)).rowcount)

    async def save(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Raises StaleVersion unless every row was as we knew it."""
        if await self.run(connection, rows) != len(rows):
            raise StaleVersion


def set_update(table: Table, sql: str) -> SetStatement:
    """An update by version, whose parameters are named as the table's columns are."""
    statement = text(sql)
    names = statement.compile().params
    return SetStatement(statement, {name: _pack_of(table.columns[name]) for name in names})


def set_insert(table: Table, *, without: Sequence[str] = ()) -> SetStatement:
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
    statement = text(
        f"insert into {table.name} ({names}) select {values} from unnest({arrays}) as n ({names})"
    )
    return SetStatement(statement, {column.name: _pack_of(column) for column in columns})


def _pack_of(column: Column[Any]) -> Pack:
    if _is_array(column):
        return _literals
    for kind, pack in _PACKS:
        if isinstance(column.type, kind):
            return pack
    raise TypeError(f"{column} has no packed array yet")


def _literals(values: list[Any]) -> Any:
    return texts("{" + ",".join(map(str, value)) + "}" for value in values)


def _is_array(column: Column[Any]) -> bool:
    return isinstance(column.type, ARRAY)


def _type(column: Column[Any]) -> str:
    return column.type.compile(_DIALECT)
