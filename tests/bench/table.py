"""The results as plain text."""

from collections import Counter
from collections.abc import Sequence

from tests.bench.book import quantiles
from tests.bench.measures import Row, middle
from tests.bench.yardstick import Pulled

_HEAD = ("what", "/s", "yardstick", "/s", "ratio (min-max)", "target", "p50 ms", "p99 ms", "errors")


def table(rows: Sequence[Row]) -> str:
    """Medians of the rounds. Each ratio is of one round, so the last digit may look odd."""
    return _columns([_HEAD, *(_line(row) for row in rows)])


def costs(rows: Sequence[Row], pulled: Sequence[Pulled]) -> str:
    """What one unit took: CPU in microseconds, its share of transactions, its batch."""
    head = ("of one unit", "API us", "PostgreSQL us", "transactions", "batch 10/50/90/100 %")
    lines = [head]
    base = [run.cpu_seconds for run in pulled if run.cpu_seconds is not None]
    if base:
        lines.append(
            ("the yardstick, with its client", "", f"{middle(base) * 1e6:.0f}", "1.00", "-")
        )
    for row in rows:
        api = middle([cpu.api for cpu in row.cpu if cpu.api is not None])
        postgres = middle([cpu.postgres for cpu in row.cpu if cpu.postgres is not None])
        transactions = middle([entry.transactions for entry in row.books])
        batches = sum((entry.batches for entry in row.books), Counter[int]())
        lines.append(
            (
                row.what,
                f"{api * 1e6:.0f}",
                f"{postgres * 1e6:.0f}",
                f"{transactions:.2f}",
                quantiles(batches),
            )
        )
    return _columns(lines)


def _columns(lines: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    said = []
    for line in lines:
        first, *others = line
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        said.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join([said[0], "-" * len(said[0]), *said[1:]])


def _line(row: Row) -> tuple[str, ...]:
    ratios = row.ratios
    errors = ", ".join(f"{count}x {what}" for what, count in row.errors.items())
    verdict = {None: "", True: " yes", False: " NO"}[row.is_reached]
    return (
        row.what,
        f"{middle(row.rates):,.0f}",
        row.against or "-",
        f"{middle(row.yardsticks):,.0f}" if row.yardsticks else "-",
        f"{middle(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})" if ratios else "-",
        "-" if row.target is None else f"{row.target:.1f}{verdict}",
        f"{middle([run['p50_ms'] for run in row.told]):.1f}",
        f"{middle([run['p99_ms'] for run in row.told]):.1f}",
        errors or "0",
    )
