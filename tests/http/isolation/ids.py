"""The ids in a request, wherever they are: path, query, and any depth of the body. A ticket's
barcode is one too.
"""

import json
import re
from dataclasses import replace

from tests.http.repeating import Write

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Z2-7]{154}")


def ids_in(write: Write) -> list[str]:
    """In the order in which they are met, path and query first."""
    return _ID.findall(write.path) + _ID.findall(json.dumps(write.json))


def with_id(write: Write, position: int, id_: str) -> Write:
    """The same request with another id at this position."""
    in_path = len(_ID.findall(write.path))
    if position < in_path:
        return replace(write, path=_exchanged(write.path, position, id_))
    body = _exchanged(json.dumps(write.json), position - in_path, id_)
    return replace(write, json=json.loads(body))


def _exchanged(text: str, position: int, id_: str) -> str:
    found = list(_ID.finditer(text))[position]
    return text[: found.start()] + id_ + text[found.end() :]
