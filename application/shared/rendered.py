"""What is shown, as the bytes that leave, with the validator that tells whether they changed."""

from hashlib import blake2b
from typing import NamedTuple

import msgspec
from msgspec import Struct


class Rendered(NamedTuple):
    body: bytes
    etag: bytes
    """Strong: other bytes have another one, and equal bytes the same in every process."""


def render(view: Struct) -> Rendered:
    """The view in JSON."""
    body = msgspec.json.encode(view)
    return Rendered(body, etag_of(body))


def etag_of(body: bytes) -> bytes:
    return b'"%b"' % blake2b(body, digest_size=16).hexdigest().encode()
