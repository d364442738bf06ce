"""Every way to a ticket goes through the stock (OV-14): sales at the box office, comps, imports."""

import ast
import re

from tests.architecture.rules.trees import tree_of
from tests.architecture.rules.violation import PRODUCT, Source, sources

_TAKES_STOCK = {"domain/sales/box_office.py", "domain/sales/settlement.py"}
"""Where tickets are made: each place sells units that it holds, in the same function."""
_WRITES = {
    "tickets": {"adapters/postgres/sales/store.py", "adapters/postgres/sales/one_trip.py"},
    "allotment_counters": {
        "adapters/postgres/allotments.py",
        "adapters/postgres/sales/store.py",
        "adapters/postgres/sales/one_trip.py",
        "adapters/postgres/sales/stock_audit.py",
        "adapters/postgres/sales/waiting_list.py",
    },
}
"""Who writes these tables; whoever is added here has been looked at."""


def makers(source: Source) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions that make tickets."""
    return [
        node
        for node in ast.walk(tree_of(source.text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and "tickets_for" in _calls(node)
    ]


def _calls(function: ast.AST) -> set[str]:
    return {
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def writers(table: str, found: list[Source]) -> set[str]:
    """Modules with SQL that inserts into, updates or deletes from the table."""
    writes = re.compile(rf"(insert\s+into|update|delete\s+from)\s+{table}\b", re.IGNORECASE)
    built = re.compile(rf"set_insert\({table}\b")
    return {path for path, text in found if writes.search(text) or built.search(text)}


def test_whoever_makes_tickets_takes_the_stock_in_the_same_breath() -> None:
    made = {source.path: makers(source) for source in sources("domain", "application")}

    assert {path for path, functions in made.items() if functions} == _TAKES_STOCK
    for functions in made.values():
        assert all("take" in _calls(function) for function in functions)


def test_tickets_and_counters_have_few_writers() -> None:
    everything = list(sources(*PRODUCT))

    for table, known in _WRITES.items():
        assert writers(table, everything) <= known, table


def test_another_way_is_caught() -> None:
    comp = Source(
        "application/sales/comp.py", "def comp(order):\n    tickets_for(order, i, at=n)\n"
    )
    sql = Source("adapters/x.py", 'SQL = "insert into tickets values (1)"')

    assert [function.name for function in makers(comp)] == ["comp"]
    assert "take" not in _calls(makers(comp)[0])
    assert writers("tickets", [sql]) == {"adapters/x.py"}
