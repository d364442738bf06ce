"""Orders that nobody paid in time give their stock back, each exactly once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from application.sales.ports import BeginSales, OrderPlace, OrderPlaces
from application.shared import scope
from domain.sales.box_office import Movement, MovementKind, move, release
from domain.shared.ids import EventId, OrganizationId

BATCH = 200
"""How many orders one transaction expires, so that it never holds a hot row for long."""


@dataclass(frozen=True, slots=True)
class ExpireOrders:
    """Expire what is overdue, in batches. Hygiene: queries read an overdue order as expired anyway.

    Orders with a payment in flight are left to the reconciler.
    """

    begin: BeginSales
    places: OrderPlaces

    async def __call__(self) -> int:
        """Everything that is overdue now; answers how many orders expired."""
        expired = 0
        while due := await self.places.overdue(BATCH):
            freed = await self._expire(due)
            expired += len(freed)
            if len(due) < BATCH or not freed:
                break
        return expired

    async def of_events(self, event_ids: Collection[EventId]) -> set[EventId]:
        """Only these events' orders: what a buyer who finds them sold out waits for."""
        due = await self.places.overdue(BATCH, event_ids)
        return set(await self._expire(due)) if due else set()

    async def _expire(self, due: Sequence[OrderPlace]) -> list[EventId]:
        freed: list[EventId] = []
        ordered = sorted(due, key=lambda place: place.organization_id)
        for organization_id, places in groupby(ordered, key=lambda place: place.organization_id):
            freed += await self._expire_of(organization_id, list(places))
        return freed

    async def _expire_of(
        self, organization_id: OrganizationId, places: Sequence[OrderPlace]
    ) -> list[EventId]:
        movements: list[Movement] = []
        async with self.begin(scope.organizations([organization_id])) as tx:
            overdue = await tx.orders.lock_overdue([place.order_id for place in places])
            orders = list(overdue.values())
            stock = await tx.stock.lock({d.allotment_id for order in orders for d in order.draws})
            for order in orders:
                release(order, stock)
                order.expire(at=tx.now)
                movements += move(order, MovementKind.RELEASE, at=tx.now)
            await tx.orders.save(orders)
            tx.announce(*orders)
            await tx.stock.save(stock.values(), movements)
        return [order.event_id for order in orders]
