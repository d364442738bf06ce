"""What insights ask of the world."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from domain.shared.ids import OrganizationId


class AuditHead(Struct, frozen=True):
    """The end of one organisation's chain."""

    organization_id: OrganizationId
    number: int
    hash: bytes
    """32 bytes."""


class AuditHeads(Protocol):
    async def all(self) -> list[AuditHead]: ...  # By organisation.


class Notary(Protocol):
    # Signs them and hands them to whoever keeps them away from this database.
    def witness(self, heads: Sequence[AuditHead]) -> None: ...
