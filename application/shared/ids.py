"""Where ids, numbers and codes come from: made before the transaction, virtual in tests."""

from typing import Protocol
from uuid import UUID


class IdFactory(Protocol):
    """Makes what must be unique or unguessable."""

    def new(self) -> UUID: ...  # UUIDv7: sorts by the time it was made.

    def number(self) -> str: ...  # 10 characters, 50 random bits, no look-alikes; not a secret.

    def code(self) -> bytes: ...  # 12 random bytes: what a ticket is known by at the door.

    def secret(self) -> str: ...  # 256 random bits in URL-safe text: keys, refresh tokens.
