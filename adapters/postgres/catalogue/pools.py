"""Pools in PostgreSQL: allotments that have a name."""

from typing import Any

from sqlalchemy import Row, text

from adapters.postgres.transaction import PostgresTransaction
from domain.catalogue.errors import PoolNotFound
from domain.catalogue.pool import Pool
from domain.shared.ids import EventId, PoolId

_POOLS = """
    select organization_id, id, event_id, name from allotments
    where organization_id = :organization_id and kind = 'pool' and event_id = :event_id
    """
_GET = text(_POOLS + " and id = :id")
_OF_EVENT = text(_POOLS + " order by name, id")
_RENAME = text(
    """
    update allotments set name = :name
    where organization_id = :organization_id and id = :id and kind = 'pool'
    """
)


class PostgresPools:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def get(self, event_id: EventId, pool_id: PoolId) -> Pool:
        row = (await self._run(_GET, event_id=event_id, id=pool_id)).one_or_none()
        if row is None:
            raise PoolNotFound(pool_id=pool_id)
        return _pool(row)

    async def of_event(self, event_id: EventId) -> list[Pool]:
        return [_pool(row) for row in await self._run(_OF_EVENT, event_id=event_id)]

    async def rename(self, pool: Pool) -> None:
        await self._run(_RENAME, id=pool.id, name=pool.name)

    async def _run(self, statement: Any, **parameters: Any) -> Any:
        (organization_id,) = self._tx.scope.organization_ids
        return await self._tx.connection.execute(
            statement, {"organization_id": organization_id, **parameters}
        )


def _pool(row: Row[Any]) -> Pool:
    return Pool(
        organization_id=row.organization_id, id=row.id, event_id=row.event_id, name=row.name
    )
