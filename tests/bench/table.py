"""The results as plain text."""

from collections.abc import Sequence

from tests.bench.measures import Row, middle
from tests.bench.yardstick import Pulled

_HEAD = ("what", "ours /s", "yardstick /s", "ratio (min-max)", "p50 ms", "p99 ms", "errors")


def table(rows: Sequence[Row]) -> str:
    """Medians of the rounds. Each ratio is of one round, so the last digit may look odd."""
    lines = [_HEAD, *(_line(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    said = []
    for line in lines:
        first, *others = (cell for cell in line)
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        said.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join([said[0], "-" * len(said[0]), *said[1:]])


def costs(rows: Sequence[Row], pulled: Sequence[Pulled]) -> str:
    """CPU of one unit in ms, API and PostgreSQL apart."""
    base = [run.cpu_seconds for run in pulled if run.cpu_seconds is not None]
    if not base:
        return "CPU: this system does not tell."
    lines = [f"CPU ms of one unit (the yardstick, its client included: {middle(base) * 1000:.2f})"]
    width = max(len(row.what) for row in rows)
    for row in rows:
        api = middle([cpu.api for cpu in row.cpu if cpu.api is not None])
        postgres = middle([cpu.postgres for cpu in row.cpu if cpu.postgres is not None])
        line = f"  {row.what:<{width}}  API {api * 1000:6.2f}  PostgreSQL {postgres * 1000:6.2f}"
        lines.append(line)
    return "\n".join(lines)


def _line(row: Row) -> tuple[str, ...]:
    ratios = row.ratios
    said = f"{middle(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})" if ratios else "-"
    errors = ", ".join(f"{count}x {what}" for what, count in row.errors.items())
    return (
        row.what,
        f"{middle(row.rates):,.0f}",
        f"{middle(row.yardsticks):,.0f}" if row.yardsticks else "-",
        said,
        f"{middle([run['p50_ms'] for run in row.told]):.1f}",
        f"{middle([run['p99_ms'] for run in row.told]):.1f}",
        errors or "0",
    )
