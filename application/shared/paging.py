"""Lists by opaque cursor: `limit` up to 100, `nextCursor` while there is more."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct

from domain.shared.errors import Invalid

T = TypeVar("T")

LIMIT_MAX = 100


class InvalidCursor(Invalid):
    """The cursor is not one that this list gave out; start it again without."""

    code = "invalid_cursor"
    field = "query.cursor"


class Cursors(Protocol):
    """Makes and reads the cursors of one list, as one reader asks for it."""

    def seal(self, key: bytes) -> str: ...
    def open(self, cursor: str) -> bytes: ...  # Raises ValueError for what it did not seal.


class PlainCursors:
    """For the program's own use: whoever turns these pages has made their cursors."""

    def seal(self, key: bytes) -> str:
        return key.hex()

    def open(self, cursor: str) -> bytes:
        """Raises ValueError."""
        return bytes.fromhex(cursor)


class PageRequest(Struct, frozen=True):
    """Which stretch of a list is wanted."""

    limit: int = 50
    cursor: str | None = None
    cursors: Cursors = PlainCursors()

    def after(self, types: type[Any]) -> Any | None:
        """The key after which to go on, decoded as the given type. Raises InvalidCursor."""
        if self.cursor is None:
            return None
        try:
            return msgspec.json.decode(self.cursors.open(self.cursor), type=types)
        except ValueError as error:
            raise InvalidCursor from error


class Page(Struct, Generic[T], frozen=True, rename="camel"):
    """One stretch of a list; `nextCursor` is absent on the last."""

    items: list[T]
    next_cursor: str | None = None


def page_of(
    found: Sequence[T], page: PageRequest, key: Callable[[T], Any] = attrgetter("id")
) -> Page[T]:
    """Of what was found when one more than the page's `limit` was asked for."""
    items = list(found[: page.limit])
    if len(found) <= page.limit:
        return Page(items, None)
    return Page(items, page.cursors.seal(msgspec.json.encode(key(items[-1]))))
