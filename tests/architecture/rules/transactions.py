"""Inside a transaction only the transaction is awaited, so that no network call holds a lock."""

import ast
from collections.abc import Iterator

from tests.architecture.rules.trees import tree_of
from tests.architecture.rules.violation import Violation, dotted


def awaits_in_transactions(source: str, path: str) -> list[Violation]:
    """Everything awaited in `async with …begin(…) as tx` that does not start with `tx.`.

    A step that was moved out of the block may be awaited there if it is given `tx` first; it is a
    function of the application with a parameter `tx`, and is held to the same rule.
    """
    tree = tree_of(source)
    steps = _steps(tree)
    found: set[Violation] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncWith):
            for position, item in enumerate(node.items):
                if _begins(item.context_expr):
                    name = item.optional_vars
                    tx = name.id if isinstance(name, ast.Name) else ""
                    later = [other.context_expr for other in node.items[position + 1 :]]
                    found.update(_foreign(node.body, later, tx, steps, path))
        elif isinstance(node, ast.AsyncFunctionDef) and _takes_tx(node):
            found.update(_foreign(node.body, [], "tx", steps, path))
    return sorted(found)


def _begins(node: ast.expr) -> bool:
    """True for `begin(…)`, `self.begin(…)`, `self.begin_system(…)`."""
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func).rpartition(".")[2].strip("_")
    return name == "begin" or name.startswith("begin_")


def _takes_tx(function: ast.AsyncFunctionDef) -> bool:
    return any(argument.arg == "tx" for argument in function.args.args)


def _steps(tree: ast.AST) -> set[str]:
    """What may be awaited with `tx` as its first argument: our own steps and imported ones."""
    steps: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef) and _takes_tx(node):
            steps |= {node.name, f"self.{node.name}"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("application."):
            steps |= {alias.asname or alias.name for alias in node.names}
    return steps


def _foreign(
    body: list[ast.stmt], later: list[ast.expr], tx: str, steps: set[str], path: str
) -> Iterator[Violation]:
    for awaited in (*later, *_awaited(body)):
        if _root(awaited) != tx and not _is_step(awaited, tx, steps):
            said = ast.unparse(awaited).partition("\n")[0][:60]
            message = f"`{said}` is awaited inside a transaction; only `tx` may be"
            yield Violation(path, awaited.lineno, message)


def _awaited(body: list[ast.stmt]) -> Iterator[ast.expr]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Await):
                yield node.value
            elif isinstance(node, ast.AsyncWith):
                yield from (item.context_expr for item in node.items)
            elif isinstance(node, ast.AsyncFor) or (
                isinstance(node, ast.comprehension) and node.is_async
            ):
                yield node.iter


def _root(node: ast.expr) -> str:
    """The name that `tx.orders.get(x)[0].id` starts with; a bare name is no start of anything."""
    if isinstance(node, ast.Name):
        return ""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        else:
            return ""
    return node.id


def _is_step(node: ast.expr, tx: str, steps: set[str]) -> bool:
    if not isinstance(node, ast.Call) or not node.args or dotted(node.func) not in steps:
        return False
    first = node.args[0]
    return isinstance(first, ast.Name) and first.id == tx
