"""Times as clients write them, in bodies and addresses: none is so far away that it breaks."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any

from msgspec import Struct, inspect

from domain.shared.errors import Invalid

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Far from the end of the calendar, which some offsets and sums of hours would cross."""


class InvalidInstant(Invalid):
    """A time is written with its offset from UTC, or as a date; years are 1970 to 8999."""

    code = "invalid_instant"


def instant(text: str | None, name: str, *, end_of_day: bool = False) -> datetime | None:
    """An instant from a query string; a date alone is its midnight in UTC, or the next one.

    A plus sign that nobody escaped arrives as a space. Raises InvalidInstant.
    """
    if text is None:
        return None
    field = f"query.{name}"
    try:
        at = datetime.fromisoformat(text.strip().replace(" ", "+"))
        if at.tzinfo is None and at.time() == time() and "T" not in text.upper():
            at = at.replace(tzinfo=UTC) + timedelta(days=1 if end_of_day else 0)
    except (ValueError, OverflowError) as error:
        raise InvalidInstant(field=field, value=text) from error
    if at.tzinfo is None:
        raise InvalidInstant(field=field, value=text)
    _require_near(at, field)
    return at


def check_instants(kind: Any, decoded: Any) -> None:
    """Those of a body that was decoded as this type. Raises InvalidInstant."""
    if _has_instants(kind):
        for field, at in _instants_in(decoded, ""):
            _require_near(at, field)


def _require_near(at: datetime, field: str) -> None:
    # Compared, not converted: in UTC it may be in a year that has no name.
    if not EARLIEST <= at < LATEST:
        raise InvalidInstant(field=field, value=at.isoformat())


@cache
def _has_instants(kind: Any) -> bool:
    return _holds_instants(inspect.type_info(kind))


def _holds_instants(info: inspect.Type) -> bool:
    match info:
        case inspect.DateTimeType():
            return True
        case inspect.UnionType(types=kinds):
            return any(map(_holds_instants, kinds))
        case inspect.ListType(item_type=kind) | inspect.VarTupleType(item_type=kind):
            return _holds_instants(kind)
        case inspect.StructType(fields=fields):
            return any(_holds_instants(field.type) for field in fields)
    return False


def _instants_in(value: Any, path: str) -> Iterator[tuple[str, datetime]]:
    inner: Iterable[tuple[str, Any]] = ()
    match value:
        case datetime():
            yield path, value
        case list() | tuple():
            inner = ((f"{path}[{position}]", item) for position, item in enumerate(value))
        case Struct():
            names = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
            inner = ((f"{path}.{wire}", getattr(value, name)) for wire, name in names)
    for place, item in inner:
        yield from _instants_in(item, place.lstrip("."))
