"""One verb, one spelling: in the file, the class, its test and the door."""

import ast
from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath

from tests.architecture.rules.trees import tree_of
from tests.architecture.rules.violation import Source, Violation

NOT_A_STORY = frozenset({"__init__", "ports", "views", "queries", "messages", "gateway"})
"""Modules of a context that hold what several of its use cases share."""

SHARED_STEPS = ("_access", "_ports")
"""Endings of steps that several use cases of a context share, and of their ports."""

NO_STORY_BEHIND = frozenset({"report_health", "show_docs", "show_openapi"})
"""Doors to the house itself: health and documentation."""


def camel(snake: str) -> str:
    """`cancel_order` as a class is called: `CancelOrder`."""
    return "".join(word[:1].upper() + word[1:] for word in snake.split("_"))


def is_story(path: str) -> bool:
    """True for a use case: `application/<context>/<verb>.py`."""
    parts = PurePosixPath(path)
    layer, context = parts.parts[0], parts.parts[1]
    is_in_context = len(parts.parts) == 3 and layer == "application" and context != "shared"
    is_step = parts.stem.endswith(SHARED_STEPS)
    return is_in_context and not is_step and parts.stem not in NOT_A_STORY


def misnamed_stories(source: str, path: str) -> list[Violation]:
    """A use-case module that does not define the class its name spells."""
    if not is_story(path):
        return []
    wanted = camel(PurePosixPath(path).stem)
    classes = {node.name for node in tree_of(source).body if isinstance(node, ast.ClassDef)}
    if wanted in classes:
        return []
    return [Violation(path, 1, f"defines no class `{wanted}`, which is what its name spells")]


def untested_stories(paths: Iterable[str]) -> list[Violation]:
    """Use cases without their mirror test, among all the paths of the tree."""
    known = set(paths)
    found = []
    for path in sorted(known):
        story = PurePosixPath(path)
        mirror = f"tests/application/{story.parent.name}/test_{story.name}"
        if is_story(path) and mirror not in known:
            found.append(Violation(path, 1, f"has no mirror test {mirror}"))
    return found


def verbs_of(application: Iterable[Source]) -> set[str]:
    """What a door may be called: the use cases, and the methods of the query ports."""
    verbs = set()
    for path, text in application:
        if is_story(path):
            verbs.add(PurePosixPath(path).stem)
        elif PurePosixPath(path).stem == "queries":
            verbs |= set(_questions(tree_of(text)))
    return verbs


def _questions(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(
            isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases
        ):
            for member in node.body:
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield member.name


def unknown_doors(source: str, path: str, verbs: Collection[str]) -> list[Violation]:
    """Operation ids that no use case and no query answers to, or that grep could not find."""
    found = []
    for node in ast.walk(tree_of(source)):
        if not isinstance(node, ast.keyword) or node.arg != "operation_id":
            continue
        value = node.value
        if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
            found.append(Violation(path, value.lineno, "write the operation id out, for grep"))
        elif not _is_known(value.value, verbs):
            message = f"`{value.value}` is neither a use case nor a method of a query port"
            found.append(Violation(path, value.lineno, message))
    return found


def _is_known(operation: str, verbs: Collection[str]) -> bool:
    verb, alias, number = operation.partition("__alias_")
    if alias and not number.isdigit():
        return False
    return any(name in verbs or name in NO_STORY_BEHIND for name in _spellings(verb))


def _spellings(verb: str) -> Iterator[str]:
    """The verb, and the plural of a hot use case: `place_order` is answered by `place_orders`."""
    yield from (verb, f"{verb}s", f"{verb}es")
    if verb.endswith("y"):
        yield f"{verb[:-1]}ies"
