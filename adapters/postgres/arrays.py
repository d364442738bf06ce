"""Columns of many rows as PostgreSQL's own binary arrays: psycopg's lists cost several times more.

The format: dimensions, a flag for nulls, the element's type, length and lower bound; then each
element behind its length (-1 is null). All integers are big-endian.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from struct import Struct as Layout
from struct import pack
from typing import ClassVar
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEADER = Layout("!iiIii")
_LENGTH = Layout("!i")
_NULL = pack("!i", -1)
_16 = pack("!i", 16)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""PostgreSQL counts microseconds from here."""
_SHORT, _INTEGER, _LONG = Layout("!ih"), Layout("!ii"), Layout("!iq")


class PackedArray:
    """A packed column; the subclass says of what."""

    element_oid: ClassVar[int]
    array_oid: ClassVar[int]
    __slots__ = ("data",)

    def __init__(self, parts: Sequence[bytes], *, has_null: bool = False) -> None:
        head = _HEADER.pack(1, has_null, self.element_oid, len(parts), 1)
        self.data = head + b"".join(parts)


class UuidArray(PackedArray):
    element_oid, array_oid = 2950, 2951


class TextArray(PackedArray):
    element_oid, array_oid = 25, 1009


class JsonArray(PackedArray):
    element_oid, array_oid = 3802, 3807


class BytesArray(PackedArray):
    element_oid, array_oid = 17, 1001


class ShortArray(PackedArray):
    element_oid, array_oid = 21, 1005


class IntegerArray(PackedArray):
    element_oid, array_oid = 23, 1007


class LongArray(PackedArray):
    element_oid, array_oid = 20, 1016


class InstantArray(PackedArray):
    element_oid, array_oid = 1184, 1185


def one_uuid(value: UUID) -> bytes:
    return _16 + value.bytes


def one_text(value: str) -> bytes:
    return _sized(value.encode())


def one_document(value: bytes) -> bytes:
    """Encoded JSON; PostgreSQL's binary jsonb is its text behind a version."""
    return _sized(b"\x01" + value)


def one_short(value: int) -> bytes:
    return _SHORT.pack(2, value)


def one_integer(value: int) -> bytes:
    return _INTEGER.pack(4, value)


def one_long(value: int) -> bytes:
    return _LONG.pack(8, value)


def one_instant(value: datetime) -> bytes:
    since = value - _EPOCH
    return _LONG.pack(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def uuids(values: Iterable[UUID | None]) -> UuidArray:
    parts = [_NULL if value is None else _16 + value.bytes for value in values]
    return UuidArray(parts, has_null=_NULL in parts)


def texts(values: Iterable[str | None]) -> TextArray:
    parts = [_NULL if value is None else _sized(value.encode()) for value in values]
    return TextArray(parts, has_null=_NULL in parts)


def blobs(values: Iterable[bytes | None]) -> BytesArray:
    parts = [_NULL if value is None else _sized(value) for value in values]
    return BytesArray(parts, has_null=_NULL in parts)


def shorts(values: Iterable[int | None]) -> ShortArray:
    parts = [_NULL if value is None else _SHORT.pack(2, value) for value in values]
    return ShortArray(parts, has_null=_NULL in parts)


def integers(values: Iterable[int | None]) -> IntegerArray:
    parts = [_NULL if value is None else _INTEGER.pack(4, value) for value in values]
    return IntegerArray(parts, has_null=_NULL in parts)


def longs(values: Iterable[int | None]) -> LongArray:
    parts = [_NULL if value is None else _LONG.pack(8, value) for value in values]
    return LongArray(parts, has_null=_NULL in parts)


def instants(values: Iterable[datetime | None]) -> InstantArray:
    parts = [_NULL if value is None else one_instant(value) for value in values]
    return InstantArray(parts, has_null=_NULL in parts)


def documents(values: Iterable[bytes]) -> JsonArray:
    return JsonArray([one_document(value) for value in values])


def _sized(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


class _PackedDumper(Dumper):
    """Hands over what is packed already."""

    format = Format.BINARY

    def dump(self, obj: PackedArray) -> Buffer:
        return obj.data


def register_arrays(connection: "AsyncConnection[object]") -> None:
    """The connection takes packed columns as parameters."""
    for kind in PackedArray.__subclasses__():
        dumper = type(f"{kind.__name__}Dumper", (_PackedDumper,), {"oid": kind.array_oid})
        connection.adapters.register_dumper(kind, dumper)
