"""Where carts are kept, which of them are due, and what they may hold; read without locks."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, text

from adapters.postgres.database import Database
from adapters.postgres.sales.tables import allotment_from_row, cart_from_row
from application.sales.carts import CartPlace
from application.shared import scope
from application.shared.clock import Clock
from application.shared.scope import SYSTEM, Scope
from domain.sales.allotment import Allotment
from domain.sales.cart import Cart
from domain.shared.ids import AllotmentId, CartId, EventId, OrganizationId, UserId

_OF_TOKEN = text("select * from carts where token_hash = :token_hash")
_OF_OWNER = text(
    """
    select * from (
        select * from carts
        where owner_id = :owner_id and (status = 'open' or opened_at > :since)
        order by status = 'open' desc, opened_at desc, id desc
        limit 1
    ) last
    where status <> 'emptied'
    """
)
_OF_IDS = text("select * from carts where id = any(:ids)")
_OVERDUE = text(
    """
    select id, organization_id, event_id from carts
    where status = 'open' and expires_at <= :now
    order by expires_at limit :limit
    """
)
_OPEN_TO_ALL = text(
    """
    select allotment_id,
           case when capacity is not null
                then greatest(capacity - held - sold - blocked - waiting, 0) end as units
    from allotment_counters
    where organization_id = :organization_id and allotment_id = any(:ids)
    """
)
_COUNTED = text(
    """
    select organization_id, allotment_id, capacity, held, sold, blocked, revision, waiting
    from allotment_counters
    where organization_id = :organization_id and allotment_id = any(:ids)
    """
)
_ROOM = text(
    """
    select capacity from allotment_counters
    where organization_id = :organization_id and allotment_id = :id
    """
)


class PostgresCartPlaces:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of_token(self, token_hash: bytes) -> Cart | None:
        rows = await self._rows(SYSTEM, _OF_TOKEN, {"token_hash": token_hash})
        return cart_from_row(rows[0]) if rows else None

    async def of_owner(self, owner_id: UserId, *, since: datetime) -> Cart | None:
        keys = {"owner_id": owner_id, "since": since}
        rows = await self._rows(scope.person(owner_id), _OF_OWNER, keys)
        return cart_from_row(rows[0]) if rows else None

    async def of_ids(self, ids: Collection[CartId]) -> dict[CartId, Cart]:
        if not ids:
            return {}
        rows = await self._rows(SYSTEM, _OF_IDS, {"ids": list(ids)})
        return {row.id: cart_from_row(row) for row in rows}

    async def overdue(self, limit: int) -> list[CartPlace]:
        rows = await self._rows(SYSTEM, _OVERDUE, {"now": self._clock(), "limit": limit})
        return [CartPlace(row.id, row.organization_id, row.event_id) for row in rows]

    async def _rows(
        self, asking: Scope, statement: TextClause, keys: dict[str, Any]
    ) -> list[Row[Any]]:
        async with self._database.read(asking) as connection:
            return list(await connection.execute(statement, keys))


class PostgresCartStock:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_to_all(
        self, organization_id: OrganizationId, ids: Collection[AllotmentId]
    ) -> dict[AllotmentId, int | None]:
        keys = {"organization_id": organization_id, "ids": list(ids)}
        async with self._database.read(scope.organizations([organization_id])) as connection:
            rows = await connection.execute(_OPEN_TO_ALL, keys)
            return {row.allotment_id: row.units for row in rows}

    async def counted(
        self, organization_id: OrganizationId, ids: Collection[AllotmentId]
    ) -> dict[AllotmentId, Allotment]:
        keys = {"organization_id": organization_id, "ids": list(ids)}
        async with self._database.read(scope.organizations([organization_id])) as connection:
            rows = await connection.execute(_COUNTED, keys)
            return {row.allotment_id: allotment_from_row(row) for row in rows}

    async def room_of(self, organization_id: OrganizationId, event_id: EventId) -> int | None:
        keys = {"organization_id": organization_id, "id": event_id}
        async with self._database.read(scope.organizations([organization_id])) as connection:
            room: int | None = (await connection.execute(_ROOM, keys)).scalar_one_or_none()
        return room
