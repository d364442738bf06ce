"""An event will not take place: nobody shall pay for it any more."""

from dataclasses import dataclass

from application.sales.ports import BeginSales, OrderPlaces
from application.shared import scope
from domain.sales.box_office import Movement, MovementKind, move, release
from domain.sales.order import OrderStatus
from domain.shared.aggregate import DomainEvent
from domain.shared.ids import EventId

BATCH = 200
"""How many orders one transaction cancels, so that it never holds a hot row for long."""


@dataclass(frozen=True, slots=True)
class OnEventCancelled:
    """Cancel the event's unpaid orders. Paid ones keep their tickets until they are refunded.

    A repeat finds nothing pending, so it needs no `tx.once`.
    """

    begin: BeginSales
    places: OrderPlaces

    async def __call__(self, event_id: int, event: DomainEvent) -> None:
        cancelled = EventId(event.aggregate_id)
        while pending := await self.places.pending_of(cancelled, BATCH):
            movements: list[Movement] = []
            async with self.begin(scope.organizations([event.organization_id])) as tx:
                locked = await tx.orders.lock([place.order_id for place in pending])
                orders = [o for o in locked.values() if o.status is OrderStatus.PENDING]
                stock = await tx.stock.lock({d.allotment_id for o in orders for d in o.draws})
                for order in orders:
                    release(order, stock)
                    order.cancel(reason="event_cancelled", at=tx.now)
                    movements += move(order, MovementKind.RELEASE, at=tx.now)
                await tx.orders.save(orders)
                tx.announce(*orders)
                await tx.stock.save(stock.values(), movements)
