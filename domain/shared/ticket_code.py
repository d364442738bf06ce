"""The code on a ticket: what its QR claims, in 32 bytes, and how the signed 96 bytes are spelt.

Payload, big-endian: version 1, key id 1, event 4, code 12, ticket type 4, generation 2, flags 2,
valid from 3, valid until 3. A signature of 64 bytes follows. Sales issues it, admission reads it.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.shared.errors import Invalid
from domain.shared.period import Period

VERSION = 1
CODE_SIZE = 12
PAYLOAD_SIZE = 32
SEALED_SIZE = 96
TEXT_LENGTH = 154
HOUR_MAX = 2**24 - 1

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_FIELDS = struct.Struct(">BBI12sIHH")  # The two 3-byte hours follow; struct has no such integer.
_INT32_MAX = 2**31 - 1  # Short ids are PostgreSQL integers, though the field could hold more.


class InvalidTicketCode(Invalid):
    """This is not a valid ticket code."""

    code = "invalid_ticket_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClaims:
    """What a ticket says of itself; every field fits its bytes, and the validity is a real period.

    `valid_from` and `valid_until` count hours since 2020-01-01T00:00Z, where 0 is an open end.
    """

    event_short_id: int
    code: bytes
    type_short_id: int
    generation: int
    flags: int = 0
    valid_from: int = 0
    valid_until: int = 0
    key_id: int = 0
    version: int = VERSION

    def __post_init__(self) -> None:
        _require("version", self.version, VERSION, VERSION)
        _require("key_id", self.key_id, 0, 0xFF)
        _require("event_short_id", self.event_short_id, 1, _INT32_MAX)
        _require("code", len(self.code), CODE_SIZE, CODE_SIZE)
        _require("type_short_id", self.type_short_id, 0, _INT32_MAX)
        _require("generation", self.generation, 0, 0xFFFF)
        _require("flags", self.flags, 0, 0xFFFF)
        _require("valid_from", self.valid_from, 0, HOUR_MAX)
        if self.valid_until:
            _require("valid_until", self.valid_until, self.valid_from + 1, HOUR_MAX)

    @property
    def validity(self) -> Period:
        return Period(instant_of(self.valid_from), instant_of(self.valid_until))


def opening_hour(at: datetime | None) -> int:
    """The hour in which a validity opens, rounded down; 0 (open) for None and before 2020."""
    if at is None:
        return 0
    return _clamp((at - _EPOCH) // _HOUR, 0, HOUR_MAX - 1)


def closing_hour(at: datetime | None) -> int:
    """The hour by which a validity has closed, rounded up; 0 (open) only for None.

    The bounds of the two clamps differ, so that every period stays one after the conversion.
    """
    if at is None:
        return 0
    return _clamp(-((_EPOCH - at) // _HOUR), 1, HOUR_MAX)


def instant_of(hour: int) -> datetime | None:
    """The instant at which that hour since 2020 begins; None for 0, the open end."""
    return _EPOCH + hour * _HOUR if hour else None


def pack(claims: TicketClaims) -> bytes:
    """The 32 bytes that are signed."""
    fields = _FIELDS.pack(
        claims.version,
        claims.key_id,
        claims.event_short_id,
        claims.code,
        claims.type_short_id,
        claims.generation,
        claims.flags,
    )
    return fields + claims.valid_from.to_bytes(3, "big") + claims.valid_until.to_bytes(3, "big")


def unpack(payload: bytes) -> TicketClaims:
    """Raises InvalidTicketCode unless these are exactly the bytes that `pack` would make."""
    if len(payload) != PAYLOAD_SIZE:
        raise InvalidTicketCode("A ticket's payload has 32 bytes.")
    version, key_id, event, code, ticket_type, generation, flags = _FIELDS.unpack_from(payload)
    return TicketClaims(
        version=version,
        key_id=key_id,
        event_short_id=event,
        code=code,
        type_short_id=ticket_type,
        generation=generation,
        flags=flags,
        valid_from=int.from_bytes(payload[26:29], "big"),
        valid_until=int.from_bytes(payload[29:32], "big"),
    )


def to_text(sealed: bytes) -> str:
    """96 bytes (payload and signature) as 154 characters of base32. Raises InvalidTicketCode."""
    if len(sealed) != SEALED_SIZE:
        raise InvalidTicketCode("A sealed ticket has 96 bytes.")
    return base64.b32encode(sealed).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """The 96 bytes behind a text; lower case and surrounding blanks are forgiven, nothing else.

    Each ticket has one spelling: the two unused bits at the end must be zero. Raises
    InvalidTicketCode.
    """
    text = text.strip()
    # Upper-casing is safe in ASCII only: elsewhere, two letters become one of the alphabet.
    if len(text) != TEXT_LENGTH or not text.isascii():
        raise InvalidTicketCode("A ticket code has 154 letters and digits.")
    text = text.upper()
    try:
        sealed = base64.b32decode(text + "=" * (-TEXT_LENGTH % 8))
    except binascii.Error as error:
        raise InvalidTicketCode("A ticket code has only the letters A-Z and digits 2-7.") from error
    if len(sealed) != SEALED_SIZE or to_text(sealed) != text:
        raise InvalidTicketCode("The ticket code is not spelt canonically.")
    return sealed


def _require(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InvalidTicketCode("A field of the ticket is out of its range.", field=name)


def _clamp(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)
