"""Carts in PostgreSQL: counted by client under a lock, saved by version, expired in sets."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from adapters.postgres.rows import insert_row, update_row
from adapters.postgres.sales.tables import cart_from_row, cart_to_row, carts
from adapters.postgres.transaction import PostgresTransaction
from domain.sales.cart import Cart
from domain.sales.hoarding import ClientCart, GuestCarts
from domain.shared.errors import StaleVersion
from domain.shared.ids import CartId, EventId

# No cart lives longer (the settings say so), and older ones of a busy address need not be read.
_LIVES_MAX = timedelta(days=1)

# Two carts opened at once by one client would each not see the other.
_WAIT_FOR_CLIENT = text("select pg_advisory_xact_lock(:client_number)")
_OF_CLIENT = text(
    """
    select opened_at, places,
           case when status = 'open' and expires_at > :now then expires_at end as live_until
    from carts
    where organization_id = any(:organization_ids) and client = :client and id <> :but
      and opened_at > :oldest
      and (opened_at > :since or (status = 'open' and expires_at > :now))
    """
)
_OF_GUESTS = text(
    """
    select coalesce(sum(places), 0) as places, min(expires_at) as first_expires_at
    from carts
    where organization_id = any(:organization_ids) and event_id = :event_id
      and status = 'open' and owner_id is null and expires_at > :now and id <> :but
    """
)
_LOCK = text(
    """
    select * from carts
    where organization_id = any(:organization_ids) and id = any(:ids)
    order by id for update
    """
)
_LOCK_OVERDUE = text(
    """
    select * from carts
    where organization_id = any(:organization_ids) and id = any(:ids)
      and status = 'open' and expires_at <= :now
    order by id for update skip locked
    """
)
_CLOSE = text(
    """
    update carts c
    set status = n.status, closed_at = n.closed_at, version = c.version + 1
    from unnest(cast(:organization_ids as uuid[]), cast(:ids as uuid[]),
                cast(:statuses as text[]), cast(:closed_ats as timestamptz[]),
                cast(:versions as integer[]))
         as n (organization_id, id, status, closed_at, version)
    where c.organization_id = n.organization_id and c.id = n.id and c.version = n.version
    """
)


class PostgresCarts:
    lock_overdue_statement = _LOCK_OVERDUE
    wait_for_client = _WAIT_FOR_CLIENT

    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def of_client(self, client: UUID, *, since: datetime, but: CartId) -> list[ClientCart]:
        number = int.from_bytes(client.bytes[:8], "big", signed=True)
        await self._tx.connection.execute(self.wait_for_client, {"client_number": number})
        rows = await self._tx.connection.execute(
            _OF_CLIENT,
            self._mine()
            | {
                "client": client,
                "but": but,
                "since": since,
                "oldest": self._tx.now - _LIVES_MAX,
                "now": self._tx.now,
            },
        )
        return [ClientCart(row.opened_at, row.live_until, row.places) for row in rows]

    async def of_guests(self, event_id: EventId, *, but: CartId) -> GuestCarts:
        keys = self._mine() | {"event_id": event_id, "but": but, "now": self._tx.now}
        row = (await self._tx.connection.execute(_OF_GUESTS, keys)).one()
        return GuestCarts(row.places, row.first_expires_at)

    async def lock(self, ids: Collection[CartId]) -> dict[CartId, Cart]:
        rows = await self._tx.connection.execute(_LOCK, self._mine() | {"ids": list(ids)})
        return {row.id: cart_from_row(row) for row in rows}

    async def lock_overdue(self, ids: Collection[CartId]) -> list[Cart]:
        keys = self._mine() | {"ids": list(ids), "now": self._tx.now}
        rows = await self._tx.connection.execute(self.lock_overdue_statement, keys)
        return [cart_from_row(row) for row in rows]

    async def add(self, cart: Cart) -> None:
        await insert_row(self._tx.connection, carts, cart_to_row(cart))
        cart.version = 1

    async def save(self, cart: Cart) -> None:
        await update_row(self._tx.connection, carts, cart_to_row(cart), version=cart.version)
        cart.version += 1

    async def close(self, closed: Sequence[Cart]) -> None:
        if not closed:
            return
        result = await self._tx.connection.execute(
            _CLOSE,
            {
                "organization_ids": [cart.organization_id for cart in closed],
                "ids": [cart.id for cart in closed],
                "statuses": [cart.status.value for cart in closed],
                "closed_ats": [cart.closed_at for cart in closed],
                "versions": [cart.version for cart in closed],
            },
        )
        if result.rowcount != len(closed):
            raise StaleVersion
        for cart in closed:
            cart.version += 1

    def _mine(self) -> dict[str, Any]:
        return {"organization_ids": list(self._tx.scope.organization_ids)}


class PostgresCartsTransaction(PostgresTransaction):
    carts: PostgresCarts

    def build(self) -> None:
        self.carts = PostgresCarts(self)
