"""Ids, numbers and codes from the operating system's randomness."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

# 32 signs: no I, L, O, U, so that nothing is misread or misspelt.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


class SystemIds:
    def new(self) -> UUID:
        return uuid7()

    def number(self) -> str:
        bits = int.from_bytes(secrets.token_bytes(7))
        return "".join([_PAIRS[bits >> shift & 1023] for shift in (40, 30, 20, 10, 0)])

    def code(self) -> bytes:
        return secrets.token_bytes(12)

    def secret(self) -> str:
        return secrets.token_urlsafe(32)
