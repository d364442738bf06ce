"""The shop with one guard taken away: the simulator must notice (faults.md, 2.16)."""

import asyncio
import copy
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from adapters.memory.payments import MemoryMoney
from adapters.memory.repeats import MemoryRepeats
from adapters.memory.sales.carts import MemoryOrderedCarts
from adapters.memory.sales.store import MemoryStock
from adapters.memory.sales.taken_offers import MemoryTakenOffers
from application.payments.reconcile_payments import ReconcilePayments
from application.sales.expire_orders import ExpireOrders
from application.sales.ports import LockedCart, OrderPlace
from application.shared import scope
from domain.sales import box_office, settlement
from domain.sales.allotment import Allotment
from domain.sales.box_office import Claim, MovementKind, move, release
from domain.sales.order import Order, OrderStatus
from domain.shared.ids import AllotmentId, CartId, EventId, OrganizationId, WaitingListEntryId
from tests.simulation.shop import Shop

Mutant = Callable[[], AbstractContextManager[None]]


@contextmanager
def _replaced(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    before = [(owner, name, vars(owner)[name]) for owner, name, _ in changes]
    for owner, name, value in changes:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def _hold_unseen(allotment: Allotment, units: int) -> None:
    allotment.held += units


def _hold_all_unseen(draws: Sequence[Any], stock: Mapping[Any, Allotment], **_: Any) -> None:
    for draw in draws:
        stock[draw.allotment_id].held += draw.units


def _anything(*_: Any, **__: Any) -> None:
    pass


def no_capacity_check() -> AbstractContextManager[None]:
    return _replaced(
        (Allotment, "hold", _hold_unseen),
        (Allotment, "__post_init__", _anything),
        (box_office, "hold_all", _hold_all_unseen),
        (box_office, "_refuse_beyond_the_public", _anything),
    )


def late_money_takes_what_is_gone() -> AbstractContextManager[None]:
    return _replaced((settlement, "hold_all", _hold_all_unseen))


def paid_without_tickets() -> AbstractContextManager[None]:
    return _replaced((settlement, "tickets_for", lambda *_, **__: []))


def paid_twice_kept() -> AbstractContextManager[None]:
    pay = settlement._pay

    def keep(order: Order, *rest: Any) -> str | None:
        return None if order.status is OrderStatus.PAID else pay(order, *rest)

    return _replaced((settlement, "_pay", keep))


def split_sweeper() -> AbstractContextManager[None]:
    """The orders in one transaction, their stock in another."""

    async def expire_of(
        self: ExpireOrders, organization_id: OrganizationId, places: Sequence[OrderPlace]
    ) -> list[EventId]:
        mine = scope.organizations([organization_id])
        async with self.begin(mine) as tx:
            orders = list((await tx.orders.lock_overdue([p.order_id for p in places])).values())
            for order in orders:
                order.expire(at=tx.now)
            await tx.orders.save(orders)
        async with self.begin(mine) as tx:
            stock = await tx.stock.lock({d.allotment_id for o in orders for d in o.draws})
            for order in orders:
                release(order, stock)
            moved = [m for order in orders for m in move(order, MovementKind.RELEASE, at=tx.now)]
            await tx.stock.save(stock.values(), moved)
        return [order.event_id for order in orders]

    return _replaced((ExpireOrders, "_expire_of", expire_of))


def released_twice() -> AbstractContextManager[None]:
    """The sweeper believes what it read before the lock."""

    async def expire_of(
        self: ExpireOrders, organization_id: OrganizationId, places: Sequence[OrderPlace]
    ) -> list[EventId]:
        mine = scope.organizations([organization_id])
        async with self.begin(mine) as tx:
            seen = await tx.orders.lock_overdue([p.order_id for p in places])
        async with self.begin(mine) as tx:
            now = await tx.orders.lock(seen)
            orders = list(seen.values())
            stock = await tx.stock.lock({d.allotment_id for o in orders for d in o.draws})
            for order in orders:
                release(order, stock)
                order.expire(at=tx.now)
                order.version = now[order.id].version
            await tx.orders.save(orders)
            moved = [m for order in orders for m in move(order, MovementKind.RELEASE, at=tx.now)]
            await tx.stock.save(stock.values(), moved)
        return [order.event_id for order in orders]

    return _replaced((ExpireOrders, "_expire_of", expire_of))


class _Seen:
    """Stock as it was before the transaction began."""

    def __init__(self, stock: MemoryStock, seen: dict[AllotmentId, Allotment]) -> None:
        self._stock = stock
        self._seen = seen

    async def lock(self, ids: Collection[AllotmentId]) -> dict[AllotmentId, Allotment]:
        now = await self._stock.lock(ids)
        return {id_: copy.copy(self._seen.get(id_, one)) for id_, one in now.items()}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stock, name)


def availability_before_the_lock() -> AbstractContextManager[None]:
    begin_sales = Shop.begin_sales

    def begin_late(shop: Shop) -> Callable[..., Any]:
        begin = begin_sales(shop)

        class Late:
            def __init__(self, mine: Any) -> None:
                self._mine = mine

            async def __aenter__(self) -> Any:
                async with begin(self._mine) as tx:
                    seen = await tx.stock.lock(shop.capacities.keys())
                self._real = begin(self._mine)
                tx = await self._real.__aenter__()
                tx.stock = _Seen(tx.stock, seen)
                return tx

            async def __aexit__(self, *error: Any) -> Any:
                return await self._real.__aexit__(*error)

        return Late

    return _replaced((Shop, "begin_sales", begin_late))


def keys_forgotten() -> AbstractContextManager[None]:
    async def claim(
        self: MemoryRepeats, keys: Mapping[Any, Any], *, is_shared: bool = False
    ) -> dict[Any, Any]:
        return {}

    return _replaced((MemoryRepeats, "claim", claim))


def limits_uncounted() -> AbstractContextManager[None]:
    return _replaced((Claim, "draws", property(lambda claim: claim.quote.draws)))


def cancelled_money_kept() -> AbstractContextManager[None]:
    async def refund_order(self: MemoryMoney, *_: Any) -> None:
        await asyncio.sleep(0)

    return _replaced((MemoryMoney, "refund_order", refund_order))


def carts_always_open() -> AbstractContextManager[None]:
    async def lock(self: MemoryOrderedCarts, ids: Collection[CartId]) -> dict[CartId, LockedCart]:
        return dict.fromkeys(ids, LockedCart(is_open=True, order_id=None))

    return _replaced((MemoryOrderedCarts, "lock", lock))


def offers_always_stand() -> AbstractContextManager[None]:
    async def lock(
        self: MemoryTakenOffers, ids: Collection[WaitingListEntryId]
    ) -> set[WaitingListEntryId]:
        return set(ids)

    return _replaced((MemoryTakenOffers, "lock", lock))


def no_reconciler() -> AbstractContextManager[None]:
    async def nothing(self: ReconcilePayments) -> int:
        return 0

    return _replaced((ReconcilePayments, "__call__", nothing))


MUTANTS: dict[str, Mutant] = {
    "no_capacity_check": no_capacity_check,
    "split_sweeper": split_sweeper,
    "late_money_takes_what_is_gone": late_money_takes_what_is_gone,
    "paid_without_tickets": paid_without_tickets,
    "released_twice": released_twice,
    "availability_before_the_lock": availability_before_the_lock,
    "keys_forgotten": keys_forgotten,
    "limits_uncounted": limits_uncounted,
    "paid_twice_kept": paid_twice_kept,
    "cancelled_money_kept": cancelled_money_kept,
    "no_reconciler": no_reconciler,
    "carts_always_open": carts_always_open,
    "offers_always_stand": offers_always_stand,
}
