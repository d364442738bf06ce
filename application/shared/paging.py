"""Lists by opaque cursor: `limit` up to 100, `nextCursor` while there is more."""

import base64
import binascii
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from domain.shared.errors import Invalid

T = TypeVar("T")

LIMIT_MAX = 100


class InvalidCursor(Invalid):
    """The cursor is not one that this list gave out."""

    code = "invalid_cursor"
    field = "query.cursor"


class PageRequest(Struct, frozen=True):
    """Which stretch of a list is wanted."""

    limit: int = 50
    cursor: str | None = None

    def after(self, types: type[Any]) -> Any | None:
        """The key after which to go on, decoded as the given type. Raises InvalidCursor."""
        if self.cursor is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(self.cursor.encode() + b"==")
            return msgspec.json.decode(raw, type=types)
        except (ValueError, binascii.Error, UnicodeError) as error:
            raise InvalidCursor from error


class Page(Struct, Generic[T], frozen=True, rename="camel"):
    """One stretch of a list; `nextCursor` is absent on the last."""

    items: list[T]
    next_cursor: str | None = None


def page_of(found: Sequence[T], limit: int, key: Callable[[T], Any] = attrgetter("id")) -> Page[T]:
    """Of what was found when one more than `limit` was asked for."""
    items = list(found[:limit])
    return Page(items, cursor_of(key(items[-1])) if len(found) > limit else None)


def cursor_of(key: Any) -> str:
    """The opaque form of the key of a page's last item."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).rstrip(b"=").decode()
