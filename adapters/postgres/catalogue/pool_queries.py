"""Questions about an event's pools and what is left of them."""

from typing import Any

from sqlalchemy import Row, text

from adapters.postgres.database import Database
from application.catalogue.queries import PoolView
from application.shared.paging import Page
from application.shared.scope import Scope
from domain.catalogue.errors import PoolNotFound
from domain.shared.ids import EventId, PoolId

_POOLS = """
    select a.id, a.event_id, a.name, c.capacity, c.held, c.sold, c.blocked, c.waiting,
           array(select ticket_type_id from ticket_type_draws d
                 where d.organization_id = a.organization_id and d.allotment_id = a.id
                   and d.ticket_type_id in (
                       select id from ticket_types t
                       where t.organization_id = a.organization_id and t.event_id = a.event_id)
                 order by ticket_type_id) as ticket_type_ids
    from allotments a
    join allotment_counters c on c.organization_id = a.organization_id and c.allotment_id = a.id
    where a.organization_id = any(:organization_ids) and a.kind = 'pool' and a.event_id = :event_id
    """
_LIST = text(_POOLS + " order by a.name, a.id")
_GET = text(_POOLS + " and a.id = :id")


class PostgresPoolQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_pools(self, scope: Scope, event_id: EventId) -> Page[PoolView]:
        asked = {"organization_ids": list(scope.organization_ids), "event_id": event_id}
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(_LIST, asked)).all()
        return Page([_view(row) for row in rows])

    async def get_pool(self, scope: Scope, event_id: EventId, pool_id: PoolId) -> PoolView:
        asked = {"organization_ids": list(scope.organization_ids), "event_id": event_id}
        async with self._database.read(scope) as connection:
            row = (await connection.execute(_GET, asked | {"id": pool_id})).one_or_none()
        if row is None:
            raise PoolNotFound
        return _view(row)


def _view(row: Row[Any]) -> PoolView:
    free = row.capacity - row.held - row.sold - row.blocked
    return PoolView(
        id=row.id,
        event_id=row.event_id,
        name=row.name,
        quantity=row.capacity,
        quantity_available=max(free - row.waiting, 0),
        quantity_sold=row.sold,
        quantity_held=row.held,
        ticket_type_ids=row.ticket_type_ids,
    )
