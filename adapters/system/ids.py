"""Ids, numbers and codes from the operating system's randomness."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

# 32 signs: no I, L, O, U, so that nothing is misread or misspelt.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class SystemIds:
    def new(self) -> UUID:
        return uuid7()

    def number(self) -> str:
        bits = secrets.randbits(50)
        return "".join(ALPHABET[bits >> shift & 31] for shift in range(45, -1, -5))

    def code(self) -> bytes:
        return secrets.token_bytes(12)

    def secret(self) -> str:
        return secrets.token_urlsafe(32)
