"""The domain is a calculation: no clock, no chance, no outside world, nothing to wait for."""

import ast
import sys
from collections.abc import Iterator

from tests.architecture.rules.trees import tree_of
from tests.architecture.rules.violation import Violation, dotted, imported_modules

# Modules of the standard library that reach outside the process or roll dice.
_OUTSIDE = frozenset(
    "asyncio concurrent http io logging multiprocessing os pathlib random secrets select selectors "
    "shutil signal socket sqlite3 ssl subprocess tempfile threading time urllib.request".split()
)
_UNCERTAIN = frozenset("uuid1 uuid4 uuid6 uuid7 utcnow urandom monotonic perf_counter".split())
_CLOCKS = frozenset({"now", "today"})
_CALENDAR = frozenset({"datetime", "date", "datetime.datetime", "datetime.date"})
_WORLDLY = frozenset({"open", "print", "input", "breakpoint"})


def impurities(source: str, path: str) -> list[Violation]:
    """Clocks, dice, I/O, third parties and `async` in a module of the domain."""
    tree = tree_of(source)
    found = {Violation(path, line, message) for line, message in _impure(tree)}
    return sorted(found)


def _impure(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for module, line in imported_modules(tree):
        if module.partition(".")[0] not in sys.stdlib_module_names | {"domain", "__future__"}:
            yield line, f"`{module}` is neither the standard library nor the domain"
        elif _reaches_outside(module) or module.rpartition(".")[2] in _UNCERTAIN:
            yield line, f"`{module}` reaches outside; the caller passes in what is needed"
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncWith | ast.AsyncFor):
            yield node.lineno, "the domain does not wait"
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            name = dotted(node)
            before, _, last = name.rpartition(".")
            if last in _UNCERTAIN or (last in _CLOCKS and before in _CALENDAR):
                yield node.lineno, f"`{name}` differs each time; the caller passes it in"
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            if name in _WORLDLY:
                yield node.lineno, f"`{name}` reaches outside"
            elif name.rpartition(".")[2] in _CLOCKS:
                yield node.lineno, f"`{name}()` is a clock; the caller passes the time in"


def _reaches_outside(module: str) -> bool:
    parts = module.split(".")
    return any(".".join(parts[:length]) in _OUTSIDE for length in range(1, len(parts) + 1))
