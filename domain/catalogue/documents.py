"""What organisers attach freely: metadata, images, tags; all of it bounded."""

import json
from collections.abc import Iterable

from domain.catalogue.errors import InvalidDocument, TooManyTags
from domain.shared.text import clean

DOCUMENT_BYTES_MAX = 16_384
TAGS_MAX = 20


def bounded(value: object, *, field: str) -> None:
    """Raises InvalidDocument if the value takes more than 16 kB as JSON."""
    try:
        size = len(json.dumps(value, ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidDocument(f"{field} cannot be kept as JSON.", field=field) from error
    if size > DOCUMENT_BYTES_MAX:
        raise InvalidDocument(
            f"{field} takes at most {DOCUMENT_BYTES_MAX} bytes of JSON.",
            field=field,
            maximum_bytes=DOCUMENT_BYTES_MAX,
        )


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each tag once, in the order given. Raises TooManyTags, InvalidText."""
    cleaned = tuple(dict.fromkeys(clean(tag, field="tags", longest=50) for tag in tags))
    if len(cleaned) > TAGS_MAX:
        raise TooManyTags(maximum=TAGS_MAX)
    return cleaned
