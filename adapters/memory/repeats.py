"""The keys of requests that may be repeated, in memory."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import msgspec

from application.shared.idempotency import Repeated, RequestKey

if TYPE_CHECKING:
    from adapters.memory.database import MemoryDatabase, MemoryTable, MemoryTransaction


class MemoryRecord(NamedTuple):
    id: UUID
    first: Repeated
    recorded_at: datetime


class MemoryRepeats:
    """One writer at a time: nobody ever waits for a taker who is not done."""

    def __init__(self, tx: "MemoryTransaction") -> None:
        self._tx = tx

    @property
    def _rows(self) -> "MemoryTable[UUID, MemoryRecord]":
        return self._tx.database.table("idempotency_records")

    async def claim(
        self, keys: Mapping[RequestKey, Any], *, is_shared: bool = False
    ) -> dict[RequestKey, Repeated]:
        known: dict[RequestKey, Repeated] = {}
        for key, outcome in keys.items():
            row = self._rows.get(key.id)
            if row is not None:
                known[key] = row.first
            else:
                self._put(key, outcome, self._tx.now)
        return known

    async def complete(
        self, outcomes: Mapping[RequestKey, Any], *, is_secret: bool = False
    ) -> None:
        for key, outcome in outcomes.items():
            row = self._rows.get(key.id)
            assert row is not None, "Only a key that was taken has an outcome."
            self._put(key, outcome, row.recorded_at)

    async def release(self, keys: Collection[RequestKey]) -> None:
        for key in keys:
            self._rows.remove(key.id)

    async def forget(self, before: datetime, at_most: int) -> int:
        old = self._rows.where(lambda row: row.recorded_at < before)[:at_most]
        for row in old:
            self._rows.remove(row.id)
        return len(old)

    def _put(self, key: RequestKey, outcome: Any, at: datetime) -> None:
        first = Repeated(key.fingerprint, msgspec.to_builtins(outcome))
        self._rows.put(key.id, MemoryRecord(key.id, first, at))


class MemoryFirstRequests:
    def __init__(self, database: "MemoryDatabase") -> None:
        self._database = database

    async def find(self, keys: Collection[RequestKey]) -> dict[RequestKey, Repeated]:
        rows = self._database.table("idempotency_records")
        return {key: row.first for key in keys if (row := rows.get(key.id)) is not None}
