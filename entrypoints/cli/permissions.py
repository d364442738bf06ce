"""Who may do what, as a page for people: written from the table that the tests hold true."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from domain.shared.permissions import BUNDLES, Permission, Role
from entrypoints.cli.openapi import description
from entrypoints.http.access import (
    OPEN_IN_A_VISIT,
    Access,
    Caller,
    access_to,
    is_open_while_suspended,
)
from entrypoints.http.request_keys import READS

FILE = Path(__file__).parents[2] / "docs" / "permissions.md"

_HEAD = """# Who may do what

Written by `make openapi` from `entrypoints/http/access.py` and `domain/shared/permissions.py`;
`tests/http/isolation` calls every operation as everybody below and compares. What is not yours is
404, what your role does not allow is 403, and without a token it is 401. An administrator of the
platform may do what an owner may, in every organisation.

[API keys](api-keys.md) and [applications](oauth.md) do what members do with a permission, if it is
one of their scopes; an application sees of the person who let it in what the last column names.
Whatever names neither is for people alone.

## Roles

A role is a bundle of permissions. A membership may be limited to some events: then everything below
is about those events, and what is the whole organisation's is refused.

"""
_IN_A_VISIT = (
    "## In a support visit",
    "",
    "An administrator who [visits somebody](support-visits.md) reads what that person may, and",
    "changes nothing but this; everything else is 403 `not_in_a_visit`.",
    "",
)
_WHILE_SUSPENDED = (
    "## While an organisation is suspended",
    "",
    "Its members still read (GET) what their role lets them, and write nothing but this;",
    "everything else is 403 `organization_suspended`.",
    "",
)
_CALLERS = {
    Caller.EVERYBODY: "everybody",
    Caller.VISITOR: "everybody",
    Caller.HOLDER: "its owner, or a guest with its secret",
    Caller.PERSON: "a signed-in person, for themselves",
    Caller.MEMBER: "",
    Caller.DOOR: "a scanner",
    Caller.PLATFORM: "the platform's administrators",
    Caller.PROCESSOR: "the card processor",
}


def permissions(*, check: bool) -> int:
    """Write the page, or compare it with the code: 1 if they differ."""
    written = FILE.read_text() if FILE.exists() else ""
    if check:
        if written == page():
            return 0
        print(f"{FILE.name} is out of date: run `make openapi`.")
        return 1
    FILE.write_text(page())
    print(f"{FILE.name} is written.")
    return 0


def page() -> str:
    """The page as the code would have it now."""
    roles = list(Role)
    lines = [*_row("permission", *(role.value for role in roles)), *_rule(1 + len(roles))]
    for permission in Permission:
        has = ("yes" if permission in BUNDLES[role] else "" for role in roles)
        lines += _row(f"`{permission.value}`", *has)
    lines += ["", "## Operations", ""]
    lines += [*_row("operation", "call", "for", "members with", "applications with"), *_rule(5)]
    for call, operation_id in _operations():
        access = access_to(operation_id)
        own = "" if access.own is None else f"`{access.own.value}`"
        callers = _CALLERS[access.caller]
        lines += _row(f"`{operation_id}`", call, callers, _members(access), own)
    lines += ["", *_WHILE_SUSPENDED, *_going_on()]
    lines += ["", *_IN_A_VISIT, *(f"- `{name}`" for name in sorted(OPEN_IN_A_VISIT))]
    return _HEAD + "\n".join(lines) + "\n"


def _going_on() -> Iterator[str]:
    for call, operation_id in _operations():
        method = call.strip("`").partition(" ")[0]
        is_members_write = method not in READS and access_to(operation_id).permission is not None
        if is_members_write and is_open_while_suspended(operation_id, method):
            yield f"- `{operation_id}`"


def _members(access: Access) -> str:
    if access.permission is not None:
        return f"`{access.permission.value}`"
    return "any role" if access.caller is Caller.MEMBER else ""


def _operations() -> Iterator[tuple[str, str]]:
    document: dict[str, Any] = msgspec.json.decode(description())
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if "__alias_" not in operation["operationId"]:
                yield f"`{method.upper()} {path}`", operation["operationId"]


def _row(*cells: str) -> list[str]:
    return [f"| {' | '.join(cells)} |"]


def _rule(columns: int) -> list[str]:
    return _row(*["---"] * columns)
