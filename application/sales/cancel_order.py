"""An order is given up: by its buyer while unpaid, by its organiser at any time."""

from dataclasses import dataclass

from application.sales.ports import BeginSales, OrderPlace, OrderPlaces
from application.shared.actor import authorize
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.order_links import Guest, Shopper
from domain.sales.box_office import MovementKind, give_back, move, release
from domain.sales.errors import CancellationNotAllowed, OrderNotFound, OrderStatusConflict
from domain.sales.order import OrderStatus
from domain.shared.errors import NotFound
from domain.shared.ids import OrderId, RefundId
from domain.shared.permissions import Permission
from domain.shared.text import clean


class CancelOrderCommand(Command):
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Free what the order holds or bought, cancel its tickets and return its money: once.

    Raises OrderNotFound, Forbidden, CancellationNotAllowed, OrderStatusConflict.
    """

    begin: BeginSales
    places: OrderPlaces
    ids: IdFactory

    async def __call__(
        self, shopper: Shopper, order_id: OrderId, command: CancelOrderCommand
    ) -> None:
        place = await self.places.place_of(shopper, order_id)
        is_staff = _is_staff(shopper, place)
        reason = clean(command.reason or "cancelled", field="reason", longest=500, lines=True)
        async with self.begin(shopper.within(place.organization_id)) as tx:
            order = (await tx.orders.lock([order_id]))[order_id]
            was = order.status
            if was is OrderStatus.PAID and not is_staff:
                raise CancellationNotAllowed
            if order.is_overdue(tx.now):
                raise OrderStatusConflict("The order has expired.", current="expired")
            order.cancel(reason=reason, at=tx.now)
            tickets = await tx.tickets.of_orders([order_id])
            for ticket in tickets:
                ticket.cancel(at=tx.now)
            await tx.tickets.save(tickets)
            await tx.orders.save([order])
            await tx.payments.refund_order(order_id, RefundId(self.ids.new()), reason)
            tx.announce(order)
            stock = await tx.stock.lock({draw.allotment_id for draw in order.draws})
            if was is OrderStatus.PAID:
                give_back(order, stock)
                moved = move(order, MovementKind.GIVE_BACK, at=tx.now)
            else:
                release(order, stock)
                moved = move(order, MovementKind.RELEASE, at=tx.now)
            await tx.stock.save(stock.values(), moved)


def _is_staff(shopper: Shopper, place: OrderPlace) -> bool:
    """May cancel what is paid, too. Raises Forbidden to members who may not cancel at all, and
    OrderNotFound to those who work for other events.
    """
    if isinstance(shopper, Guest):
        return False
    owner, event_id = place.organization_id, place.event_id
    if not shopper.owns(place.buyer_id):
        try:
            authorize(shopper, Permission.ORDERS_CANCEL, owner, event_id=event_id)
        except NotFound as error:
            raise OrderNotFound from error
    return shopper.can(Permission.ORDERS_CANCEL, owner, event_id=event_id)
