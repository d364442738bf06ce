"""The keys of requests that may be repeated, in memory."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from application.shared.idempotency import Repeated, RequestKey

if TYPE_CHECKING:
    from adapters.memory.database import MemoryTable, MemoryTransaction


class MemoryRepeats:
    def __init__(self, tx: "MemoryTransaction") -> None:
        self._rows: MemoryTable[UUID, Repeated] = tx.database.table("idempotency_records")

    async def claim(self, keys: Mapping[RequestKey, Any]) -> dict[RequestKey, Repeated]:
        known: dict[RequestKey, Repeated] = {}
        for key, outcome in keys.items():
            row = self._rows.get(key.id)
            if row is not None:
                known[key] = row
            else:
                self._rows.put(key.id, Repeated(key.fingerprint, msgspec.to_builtins(outcome)))
        return known

    async def release(self, keys: Collection[RequestKey]) -> None:
        for key in keys:
            self._rows.remove(key.id)
