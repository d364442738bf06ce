"""What was answered once, in memory."""

from datetime import datetime
from uuid import UUID

from adapters.memory.database import MemoryTable, MemoryTransaction
from domain.identity.challenge import Challenge
from domain.identity.errors import ChallengeOver


class MemorySpentChallenges:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[UUID, Challenge] = tx.database.table("spent_challenges")

    async def spend(self, challenge: Challenge) -> None:
        if self._rows.get(challenge.id) is not None:
            raise ChallengeOver
        self._rows.put(challenge.id, challenge)

    async def forget(self, at: datetime, at_most: int) -> int:
        over = self._rows.where(lambda row: row.expires_at <= at)[:at_most]
        for challenge in over:
            self._rows.remove(challenge.id)
        return len(over)
