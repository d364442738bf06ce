"""Is every counter what its history and its orders add up to? And if not, set it right."""

import asyncio
from collections.abc import Sequence

import click
import msgspec
import rich
from rich.table import Table

from adapters.postgres.sales.stock_audit import Drift, PostgresStockAudit, Repair
from entrypoints.cli.doctor_snapshot import snapshot
from entrypoints.cli.given import examined_settings
from entrypoints.container import make_container, running
from entrypoints.settings import Settings


def doctor_stock(*, as_json: bool, repair: bool, because: str | None) -> int:
    """Print every counter that differs; 1 if one does (still). Raises Refusal."""
    settings = examined_settings()
    found, repairs = asyncio.run(_examine(settings, because if repair else None))
    if as_json:
        told = {
            "drift": [drift._asdict() for drift in found],
            "repairs": [one._asdict() for one in repairs],
        }
        click.echo(msgspec.json.encode(told).decode())
    else:
        _show(found, repairs)
    mended = {(one.organization_id, one.allotment_id) for one in repairs if one.refused is None}
    return 1 if any((one.organization_id, one.allotment_id) not in mended for one in found) else 0


async def _examine(settings: Settings, because: str | None) -> tuple[list[Drift], list[Repair]]:
    async with running(make_container(settings)) as container:
        audit = PostgresStockAudit(container.core.database())
        async with snapshot(settings) as connection:
            found = await audit.drift(connection)
        return found, [] if because is None else await audit.repair(found, because)


def _show(found: Sequence[Drift], repairs: Sequence[Repair]) -> None:
    if not found:
        rich.print("[green]No drift:[/] every counter is what movements and orders add up to.")
        return
    table = Table(
        "organisation", "event", "kind", "name", "counter", "counted", "movements", "orders", "id"
    )
    for drift in found:
        table.add_row(
            drift.organization,
            drift.event or "",
            drift.kind,
            drift.name or "",
            drift.counter,
            str(drift.counted),
            "" if drift.movements is None else str(drift.movements),
            str(drift.orders),
            str(drift.allotment_id),
        )
    rich.print(table)
    for one in repairs:
        how = "[green]set right[/]" if one.refused is None else f"[red]left alone[/]: {one.refused}"
        rich.print(f"{one.allotment_id} {how}")
    if not repairs:
        rich.print("`tixmo doctor stock --repair --because '...'` sets the counters from orders.")
