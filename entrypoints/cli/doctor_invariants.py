"""Does everything hold that must hold at all times?"""

import asyncio
from typing import Any

import click
import msgspec
import rich
from rich.table import Table

from adapters.postgres.invariants import INVARIANTS, ROWS_MAX, violated
from entrypoints.cli.doctor_snapshot import snapshot
from entrypoints.cli.given import examined_settings
from entrypoints.settings import Settings


def doctor_invariants(*, as_json: bool) -> int:
    """Print each invariant and the first rows that belie it; 1 if there are any. Raises Refusal."""
    found = asyncio.run(_examine(examined_settings()))
    if as_json:
        click.echo(msgspec.json.encode(found, enc_hook=str).decode())
    else:
        _show(found)
    return 1 if found else 0


async def _examine(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    async with snapshot(settings) as connection:
        return await violated(connection)


def _show(found: dict[str, list[dict[str, Any]]]) -> None:
    table = Table("id", "what must hold", "how")
    for invariant in INVARIANTS:
        rows = found.get(invariant.id, [])
        more = "or more " if len(rows) == ROWS_MAX else ""
        how = f"[red]{len(rows)} {more}rows[/]" if rows else "[green]ok[/]"
        table.add_row(invariant.id, invariant.sentence, how)
    rich.print(table)
    for id_, rows in found.items():
        rich.print(f"[red]{id_}[/]")
        for row in rows:
            click.echo("  " + ", ".join(f"{name}={value}" for name, value in row.items()))
