"""The tables as the code knows them are the tables as the migrations made them."""

import importlib
import pkgutil

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

import adapters.postgres
from adapters.postgres.migrations.migrate import migrate, newest_revision
from adapters.postgres.schema import SCHEMA

_COLUMNS = {"add_table", "add_column", "remove_column", "modify_type", "modify_nullable"}


def _is_ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "table" or name in SCHEMA.tables


def _differences(connection: Connection) -> list[str]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_name": _is_ours}
    )
    changes = [
        change
        for difference in compare_metadata(context, SCHEMA)
        for change in (difference if isinstance(difference, list) else [difference])
    ]
    return [str(change) for change in changes if change[0] in _COLUMNS]


async def test_the_code_and_the_migrations_agree_on_every_column(engine: AsyncEngine) -> None:
    for module in pkgutil.walk_packages(adapters.postgres.__path__, "adapters.postgres."):
        if module.name.endswith((".tables", "_rows")):
            importlib.import_module(module.name)

    async with engine.connect() as connection:
        differences = await connection.run_sync(_differences)

    assert len(SCHEMA.tables) > 10
    assert differences == []


def test_migrating_again_changes_nothing(database_urls: tuple[str, str]) -> None:
    assert migrate(database_urls[1]) == newest_revision()
