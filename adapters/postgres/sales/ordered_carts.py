"""Carts as far as ordering goes: inside the transaction of the order."""

from collections.abc import Collection, Mapping

from sqlalchemy import text

from adapters.postgres.transaction import PostgresTransaction
from application.sales.ports import LockedCart
from domain.shared.ids import CartId, OrderId

_LOCK = text(
    """
    select id, status = 'open' and expires_at > :now as is_open, order_id from carts
    where organization_id = any(:organization_ids) and id = any(:ids)
    order by id for update
    """
)
_MARK = text(
    """
    update carts c
    set status = 'ordered', order_id = n.order_id, closed_at = :now, version = c.version + 1
    from unnest(cast(:ids as uuid[]), cast(:order_ids as uuid[])) as n (id, order_id)
    where c.organization_id = any(:organization_ids) and c.id = n.id
    """
)


class PostgresOrderedCarts:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def lock(self, ids: Collection[CartId]) -> dict[CartId, LockedCart]:
        if not ids:
            return {}
        keys = {"organization_ids": list(self._tx.scope.organization_ids), "ids": list(ids)}
        rows = await self._tx.connection.execute(_LOCK, keys | {"now": self._tx.now})
        found = {row.id: LockedCart(row.is_open, row.order_id) for row in rows}
        return dict.fromkeys(ids, LockedCart(is_open=False, order_id=None)) | found

    async def mark_ordered(self, orders: Mapping[CartId, OrderId]) -> None:
        if orders:
            await self._tx.connection.execute(
                _MARK,
                {
                    "organization_ids": list(self._tx.scope.organization_ids),
                    "ids": list(orders),
                    "order_ids": list(orders.values()),
                    "now": self._tx.now,
                },
            )
