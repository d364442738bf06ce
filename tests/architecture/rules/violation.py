"""What a rule answers, and how the tree is walked."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = ("domain", "application", "adapters", "entrypoints", "seeding")
EVERYTHING = (*PRODUCT, "tests")

_NOT_OURS = {"__pycache__", "node_modules", "static", "vendor"}


class Violation(NamedTuple):
    """One breach: where, and what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Source(NamedTuple):
    """A file of the tree; its path is relative to the root, with slashes."""

    path: str
    text: str


def sources(*folders: str, suffix: str = ".py", root: Path = ROOT) -> Iterator[Source]:
    """The files below the folders, without migrations and what others wrote."""
    for folder in folders:
        for file in sorted((root / folder).rglob(f"*{suffix}")):
            path = file.relative_to(root)
            if not _NOT_OURS.intersection(path.parts) and not is_migration(path.as_posix()):
                yield Source(path.as_posix(), file.read_text(encoding="utf-8"))


def is_migration(path: str) -> bool:
    return "versions" in PurePosixPath(path).parts


def report(violations: Iterable[Violation]) -> str:
    """All of them, one a line: empty when the house is tidy."""
    return "\n".join(map(str, violations))


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or an attribute chain; the part behind anything else is empty."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))


def imported_modules(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every module and every name that is imported from one, absolute, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno
