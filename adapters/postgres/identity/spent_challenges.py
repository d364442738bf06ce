"""What was answered once, in PostgreSQL."""

from datetime import datetime

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.identity.factor_tables import spent_challenges
from domain.identity.challenge import Challenge

_FORGET = text(
    """
    delete from spent_challenges where id = any(array(
        select id from spent_challenges where expires_at <= :at limit :at_most
        for update skip locked))
    """
)


class PostgresSpentChallenges:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def spend(self, challenge: Challenge) -> None:
        # Of two at once the second waits here for the first, and is then one too many.
        row = {"id": challenge.id, "expires_at": challenge.expires_at}
        await self._connection.execute(insert(spent_challenges), row)

    async def forget(self, at: datetime, at_most: int) -> int:
        dropped = await self._connection.execute(_FORGET, {"at": at, "at_most": at_most})
        return dropped.rowcount
