"""docs/faults.md tells the truth: what it calls survived is shown by a test that exists."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.rules.trees import tree_of
from tests.simulation.mutants import MUTANTS

ROOT = Path(__file__).parents[2]
CATALOGUE = (ROOT / "docs" / "faults.md").read_text("utf-8")
WANTED = {
    *(f"OV-{number:02}" for number in range(1, 19) if number not in (6, 12)),
    *(f"ID-{number:02}" for number in range(1, 11)),
    *(f"AU-{number:02}" for number in range(1, 18) if number not in (2, 12)),
    *(f"TN-{number:02}" for number in range(1, 14) if number not in (3, 7)),
    *(f"RD-{number:02}" for number in (1, 2, 3, 4, 5, 7)),
    "DS-10",
    "DS-12",
}


def rows(text: str) -> list[tuple[str, list[str]]]:
    """Each fault and the tests that its row names."""
    found = re.findall(r"^\| ([A-Z]{2}-\d{2}) \|(.*)\|$", text, re.MULTILINE)
    return [(id_, re.findall(r"`(tests/\S+::\w+)`", rest)) for id_, rest in found]


def missing(text: str) -> list[str]:
    """What the text claims and nobody can run."""
    claims = rows(text)
    untested = [id_ for id_, tests in claims if not tests]
    return untested + [test for _, tests in claims for test in tests if not _exists(test)]


def _exists(test: str) -> bool:
    path, _, name = test.partition("::")
    file = ROOT / path
    if not file.exists():
        return False
    tree = tree_of(file.read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(isinstance(node, functions) and node.name == name for node in ast.walk(tree))


def test_every_fault_of_the_sale_and_of_the_doors_has_a_test_that_exists() -> None:
    assert missing(CATALOGUE) == []
    assert {id_ for id_, _ in rows(CATALOGUE)} >= WANTED


@pytest.mark.parametrize(
    "bad",
    [
        "| OV-01 | a fault | soon | |",
        "| OV-01 | a fault | `tests/faults/test_overselling.py::test_nothing` | |",
        "| OV-01 | a fault | `tests/faults/test_nowhere.py::test_ov_01` | |",
    ],
)
def test_an_empty_claim_is_caught(bad: str) -> None:
    assert missing(bad)


def test_the_mutants_it_names_exist() -> None:
    named = {
        mutant
        for row in re.findall(r"simulator: (.*?) \|", CATALOGUE)
        for mutant in re.findall(r"`(\w+)`", row)
    }

    assert named <= MUTANTS.keys()
