"""Carts in memory: the same promises as PostgreSQL, one writer at a time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from adapters.memory.database import (
    MemoryDatabase,
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.sales.counters import allotment_of
from adapters.memory.stock_rows import MemoryCounter
from application.sales.carts import CartPlace
from application.sales.ports import LockedCart
from application.shared.transaction import Contention
from domain.sales.allotment import Allotment
from domain.sales.cart import Cart, CartStatus
from domain.sales.hoarding import ClientCart, GuestCarts
from domain.shared.ids import AllotmentId, CartId, EventId, OrderId, OrganizationId, UserId


class MemoryCarts:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._rows: MemoryTable[CartId, Cart] = tx.database.table("carts")

    async def of_client(self, client: UUID, *, since: datetime, but: CartId) -> list[ClientCart]:
        now, mine = self._tx.now, self._tx.scope.organization_ids
        found = self._rows.where(
            lambda cart: (
                cart.client == client
                and cart.organization_id in mine
                and cart.id != but
                and (cart.opened_at > since or cart.is_live(now))
            )
        )
        return [
            ClientCart(cart.opened_at, cart.expires_at if cart.is_live(now) else None, cart.places)
            for cart in found
        ]

    async def of_guests(self, event_id: EventId, *, but: CartId) -> GuestCarts:
        now, mine = self._tx.now, self._tx.scope.organization_ids
        found = self._rows.where(
            lambda cart: (
                cart.event_id == event_id
                and cart.organization_id in mine
                and cart.is_anonymous
                and cart.id != but
                and cart.is_live(now)
            )
        )
        first = min((cart.expires_at for cart in found), default=None)
        return GuestCarts(sum(cart.places for cart in found), first)

    async def lock(self, ids: Collection[CartId]) -> dict[CartId, Cart]:
        found = [row for id_ in sorted(set(ids)) if (row := self._rows.get(id_)) is not None]
        mine = self._tx.scope.organization_ids
        return {cart.id: cart for cart in found if cart.organization_id in mine}

    async def lock_overdue(self, ids: Collection[CartId]) -> list[Cart]:
        now = self._tx.now
        locked = await self.lock(ids)
        return [
            cart
            for cart in locked.values()
            if cart.status is CartStatus.OPEN and not cart.is_live(now)
        ]

    async def add(self, cart: Cart) -> None:
        if cart.owner_id is not None and self._rows.has(
            lambda row: row.owner_id == cart.owner_id and row.status is CartStatus.OPEN
        ):
            raise Contention
        add_versioned(self._rows, cart.id, cart)

    async def save(self, cart: Cart) -> None:
        save_versioned(self._rows, cart.id, cart)

    async def close(self, closed: Sequence[Cart]) -> None:
        for cart in closed:
            save_versioned(self._rows, cart.id, cart)


class MemoryOrderedCarts:
    """Carts as far as ordering goes."""

    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._carts = MemoryCarts(tx)

    async def lock(self, ids: Collection[CartId]) -> dict[CartId, LockedCart]:
        found = await self._carts.lock(ids)
        locked = {
            id_: LockedCart(cart.is_live(self._tx.now), cart.order_id)
            for id_, cart in found.items()
        }
        return dict.fromkeys(ids, LockedCart(is_open=False, order_id=None)) | locked

    async def mark_ordered(self, orders: Mapping[CartId, OrderId]) -> None:
        for cart in (await self._carts.lock(list(orders))).values():
            cart.become_order(orders[cart.id], at=self._tx.now)
            await self._carts.save(cart)


class MemoryCartsTransaction(MemoryTransaction):
    carts: MemoryCarts

    def build(self) -> None:
        self.carts = MemoryCarts(self)


class MemoryCartPlaces:
    def __init__(self, database: MemoryDatabase) -> None:
        self._clock = database.clock
        self._rows: MemoryTable[CartId, Cart] = database.table("carts")

    async def of_token(self, token_hash: bytes) -> Cart | None:
        found = self._rows.where(lambda cart: cart.token_hash == token_hash)
        return found[0] if found else None

    async def of_owner(self, owner_id: UserId, *, since: datetime) -> Cart | None:
        found = self._rows.where(
            lambda cart: (
                cart.owner_id == owner_id
                and (cart.status is CartStatus.OPEN or cart.opened_at > since)
            )
        )
        found.sort(key=lambda cart: (cart.status is CartStatus.OPEN, cart.opened_at, cart.id))
        last = found[-1] if found else None
        return None if last is None or last.status is CartStatus.EMPTIED else last

    async def of_ids(self, ids: Collection[CartId]) -> dict[CartId, Cart]:
        return {id_: cart for id_ in ids if (cart := self._rows.get(id_)) is not None}

    async def overdue(self, limit: int) -> list[CartPlace]:
        now = self._clock()
        due = self._rows.where(
            lambda cart: cart.status is CartStatus.OPEN and not cart.is_live(now)
        )
        due.sort(key=lambda cart: cart.expires_at)
        return [CartPlace(c.id, c.organization_id, c.event_id) for c in due[:limit]]


class MemoryCartStock:
    def __init__(self, database: MemoryDatabase) -> None:
        self._rows: MemoryTable[AllotmentId, MemoryCounter] = database.table("allotment_counters")

    async def open_to_all(
        self, organization_id: OrganizationId, ids: Collection[AllotmentId]
    ) -> dict[AllotmentId, int | None]:
        found = [row for id_ in ids if (row := self._rows.get(id_)) is not None]
        return {
            row.allotment_id: _open(row) for row in found if row.organization_id == organization_id
        }

    async def counted(
        self, organization_id: OrganizationId, ids: Collection[AllotmentId]
    ) -> dict[AllotmentId, Allotment]:
        found = [row for id_ in ids if (row := self._rows.get(id_)) is not None]
        return {
            row.allotment_id: allotment_of(row)
            for row in found
            if row.organization_id == organization_id
        }

    async def room_of(self, organization_id: OrganizationId, event_id: EventId) -> int | None:
        row = self._rows.get(AllotmentId(event_id))
        return None if row is None else row.capacity


def _open(row: MemoryCounter) -> int | None:
    if row.capacity is None:
        return None
    return max(row.capacity - row.held - row.sold - row.blocked - row.waiting, 0)
