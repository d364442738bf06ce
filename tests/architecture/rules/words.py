"""Words that must not stand in a file, or above one."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.rules.trees import tree_of
from tests.architecture.rules.violation import Violation, dotted, imported_modules

_SHAPELESS = frozenset(
    "util utils helper helpers service services manager managers common misc".split()
)

# Put together here, so that this file does not contain what it looks for.
_INDEXES = tuple(
    "".join(parts)
    for parts in (
        ("py", "pi.org"),
        ("files.python", "hosted.org"),
        ("--index", "-url"),
        ("extra-index", "-url"),
    )
)

_DATABASE_CLOCK = re.compile(
    r"\b(?:now|(?:transaction|statement)_timestamp)\s*\(\s*\)|\b(?:current|local)_?timestamp\b",
    re.IGNORECASE,
)
_WALL_CLOCK = re.compile(r"\bclock_timestamp\s*\(\s*\)(?!\s+as\s+now\b)", re.IGNORECASE)
_CLOCK_FUNCTIONS = frozenset({"func.now", "func.current_timestamp", "func.localtimestamp"})
_KEEPS_THE_TIME = frozenset(
    {"transaction", "database", "pulse"}
)  # The last measures a queue's lag.


def mocks(source: str, path: str) -> list[Violation]:
    """Uses of the mock library: a port that needs one is too big."""
    return [
        Violation(path, line, "uses a mock; give the use case an adapter in memory")
        for module, line in imported_modules(tree_of(source))
        if module == "unittest.mock" or module.startswith("unittest.mock.")
    ]


def shapeless_names(path: str) -> list[Violation]:
    """A module or folder whose name says nothing about what it is for."""
    parts = PurePosixPath(path).with_suffix("").parts
    return [
        Violation(path, 1, f"`{part}` says nothing; name the file for what is in it")
        for part in parts
        if part in _SHAPELESS
    ]


def index_addresses(text: str, path: str) -> list[Violation]:
    """Where packages come from is the business of the machine that installs them."""
    return [
        Violation(path, number, f"contains `{address}`")
        for number, line in enumerate(text.splitlines(), 1)
        for address in _INDEXES
        if address in line.lower()
    ]


def database_clocks(source: str, path: str) -> list[Violation]:
    """The database's clock in business SQL, where `tx.now` belongs.

    The transaction reads `clock_timestamp()`, and so does what measures the database itself; a
    statement that locks may read it again `as now`.
    """
    tree = tree_of(source)
    docstrings = set(_docstrings(tree))
    keeps_the_time = PurePosixPath(path).stem in _KEEPS_THE_TIME
    found = set()
    for node in ast.walk(tree):
        said = ""
        if isinstance(node, ast.Attribute) and dotted(node).endswith(tuple(_CLOCK_FUNCTIONS)):
            said = dotted(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            match = _DATABASE_CLOCK.search(node.value)
            if not match and not keeps_the_time:
                match = _WALL_CLOCK.search(node.value)
            if match and node not in docstrings:
                said = match.group()
        if isinstance(node, ast.expr) and said:
            found.add(Violation(path, node.lineno, f"`{said}`: business SQL is told the time"))
    return sorted(found)


def _docstrings(tree: ast.AST) -> Iterator[ast.expr]:
    """Every bare string: docstrings, also those of attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
