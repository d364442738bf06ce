"""What organisers attach freely: metadata, images, tags; all of it bounded."""

import json
from collections.abc import Iterable

from domain.catalogue.errors import InvalidDocument, TooManyTags
from domain.shared.text import clean

DOCUMENT_BYTES_MAX = 16_384
DEPTH_MAX = 32
TAGS_MAX = 20


def bounded(value: object, *, field: str) -> None:
    """Raises InvalidDocument beyond 16 kB of JSON and beyond 32 levels."""
    if not _is_shallow(value, DEPTH_MAX):
        raise InvalidDocument(
            f"{field} nests at most {DEPTH_MAX} levels.", field=field, maximum_depth=DEPTH_MAX
        )
    try:
        size = len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError) as error:
        raise InvalidDocument(f"{field} cannot be kept as JSON.", field=field) from error
    if size > DOCUMENT_BYTES_MAX:
        raise InvalidDocument(
            f"{field} takes at most {DOCUMENT_BYTES_MAX} bytes of JSON.",
            field=field,
            maximum_bytes=DOCUMENT_BYTES_MAX,
        )


def _is_shallow(value: object, levels: int) -> bool:
    """Whether it nests no deeper; a deep document would be one that nobody can read back."""
    if not isinstance(value, dict | list | tuple):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(item, levels - 1) for item in inner)


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each tag once, in the order given. Raises TooManyTags, InvalidText."""
    cleaned = tuple(dict.fromkeys(clean(tag, field="tags", longest=50) for tag in tags))
    if len(cleaned) > TAGS_MAX:
        raise TooManyTags(maximum=TAGS_MAX)
    return cleaned
