"""A function fits on a screen and a module in a head."""

import ast

from tests.architecture.rules.trees import tree_of
from tests.architecture.rules.violation import Violation

FUNCTION_LINES = 60
MODULE_LINES = 400


def oversized(source: str, path: str) -> list[Violation]:
    """Functions of more than 60 lines and modules of more than 400."""
    found = []
    length = len(source.splitlines())
    if length > MODULE_LINES:
        found.append(Violation(path, 1, f"has {length} lines, more than {MODULE_LINES}"))
    for node in ast.walk(tree_of(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                message = f"`{node.name}` has {lines} lines, more than {FUNCTION_LINES}"
                found.append(Violation(path, node.lineno, message))
    return found
