"""The waiting list's offers as far as ordering goes: inside the transaction of the order."""

from collections.abc import Collection, Mapping

from sqlalchemy import text

from adapters.postgres.transaction import PostgresTransaction
from domain.shared.ids import OrderId, WaitingListEntryId

_LOCK = text(
    """
    select id, status = 'offered' and offer_expires_at > :now as stands from waiting_list_entries
    where organization_id = any(:organization_ids) and id = any(:ids)
    order by id for update
    """
)
_TAKE = text(
    """
    update waiting_list_entries e
    set status = 'taken', order_id = n.order_id, closed_at = :now, version = e.version + 1
    from unnest(cast(:ids as uuid[]), cast(:order_ids as uuid[])) as n (id, order_id)
    where e.organization_id = any(:organization_ids) and e.id = n.id
    """
)


class PostgresTakenOffers:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def lock(self, ids: Collection[WaitingListEntryId]) -> set[WaitingListEntryId]:
        if not ids:
            return set()
        keys = {"organization_ids": list(self._tx.scope.organization_ids), "ids": list(ids)}
        rows = await self._tx.connection.execute(_LOCK, keys | {"now": self._tx.now})
        return {row.id for row in rows if row.stands}

    async def take(self, orders: Mapping[WaitingListEntryId, OrderId]) -> None:
        if orders:
            await self._tx.connection.execute(
                _TAKE,
                {
                    "organization_ids": list(self._tx.scope.organization_ids),
                    "ids": list(orders),
                    "order_ids": list(orders.values()),
                    "now": self._tx.now,
                },
            )
