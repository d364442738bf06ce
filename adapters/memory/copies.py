"""Copies of rows: what may change is copied, what never changes is shared.

`copy.deepcopy` asks every value what it is; here each class is asked once.
"""

import copy
import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from msgspec import Struct

T = TypeVar("T")

Copier = Callable[[Any], Any]

_UNCHANGING = (
    type(None), bool, int, float, str, bytes, Decimal, UUID, date, datetime, time, timedelta,
)  # fmt: skip


def copied(value: T) -> T:
    """An equal value that shares with this one only what never changes."""
    kind = type(value)
    try:
        copier = _COPIERS[kind]
    except KeyError:
        copier = _COPIERS[kind] = _copier_of(kind)
    return value if copier is None else copier(value)


def _tuple(value: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([copied(item) for item in value])


def _list(value: list[Any]) -> list[Any]:
    return [copied(item) for item in value]


def _set(value: set[Any]) -> set[Any]:
    return {copied(item) for item in value}


def _dict(value: dict[Any, Any]) -> dict[Any, Any]:
    return {copied(key): copied(item) for key, item in value.items()}


_COPIERS: dict[type, Copier | None] = {
    **dict.fromkeys(_UNCHANGING),
    tuple: _tuple,
    list: _list,
    set: _set,
    dict: _dict,
}
"""How each class is copied that was met so far; None: it never changes, so it is shared."""


def _copier_of(kind: type) -> Copier | None:
    if _never_changes(kind, frozenset()):
        return None
    if dataclasses.is_dataclass(kind) and not hasattr(kind, "__deepcopy__"):
        return _field_by_field(kind)
    return copy.deepcopy


def _field_by_field(kind: type) -> Copier:
    hints = _hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    shared = [name for name in names if _never_changes(hints.get(name), frozenset())]
    changing = [name for name in names if name not in shared]
    is_open = kind.__dictoffset__ != 0  # Other attributes may have been set on it.
    new, put = object.__new__, object.__setattr__

    def copy_fields(row: Any) -> Any:
        made: Any = new(kind)
        if is_open:
            made.__dict__.update({name: copied(value) for name, value in row.__dict__.items()})
            return made
        try:
            for name in shared:
                put(made, name, getattr(row, name))
            for name in changing:
                put(made, name, copied(getattr(row, name)))
        except AttributeError:  # A test made only the part of it that matters there.
            return copy.deepcopy(row)
        return made

    return copy_fields


def _never_changes(hint: Any, asked: frozenset[Any]) -> bool:
    """Whether whatever is of this type stays as it is, all the way down."""
    if isinstance(hint, typing.NewType):
        return _never_changes(hint.__supertype__, asked)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType, tuple, frozenset):
        return all(
            argument is Ellipsis or _never_changes(argument, asked) for argument in arguments
        )
    if origin is typing.Literal:
        return True
    if origin is typing.Annotated:
        return _never_changes(arguments[0], asked)
    if not isinstance(hint, type) or hint in asked:
        return hint in asked
    if hint in _UNCHANGING or issubclass(hint, Enum):
        return True
    if not _is_frozen(hint):
        return False
    return all(_never_changes(one, asked | {hint}) for one in _hints(hint).values())


def _is_frozen(kind: type) -> bool:
    if dataclasses.is_dataclass(kind):
        return bool(kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]  # It has them.
    return issubclass(kind, Struct) and kind.__struct_config__.frozen


def _hints(kind: type) -> dict[str, Any]:
    """What a class says of its fields; nothing, where a name cannot be found at run time."""
    try:
        hints = typing.get_type_hints(kind, include_extras=True)
    except NameError:
        return {"": object()}
    return {
        name: hint for name, hint in hints.items() if typing.get_origin(hint) is not typing.ClassVar
    }
