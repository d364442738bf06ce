"""Orders with their money and tickets, and tickets at doors."""

from datetime import timedelta
from typing import TypeVar

import msgspec

from application.admission.messages import RecordScanCommand, ScanAttempt
from application.payments.create_payment_intent import CreatePaymentIntentCommand
from application.sales.cancel_order import CancelOrderCommand
from application.sales.messages import OrderItem, PlacedOrder, PlaceOrder, PlaceOrderRequest
from application.sales.ports import ChargeCommand
from application.sales.queries import TicketView
from application.shared.actor import Actor
from application.shared.paging import PageRequest
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId
from entrypoints.container import Container
from seeding.data.shapes import Arrival, Purchase
from seeding.known import Known
from seeding.timeline import Timeline

GOOD_CARD = "pm_card_visa"
HESITATION = timedelta(minutes=4)
"""Between an order and its payment, or the buyer's second thoughts."""

T = TypeVar("T")


class Visitors:
    """Buys as the buyers and scans as the door staff."""

    def __init__(
        self, container: Container, known: Known, timeline: Timeline, *, door_staff: str
    ) -> None:
        self._container = container
        self._known = known
        self._timeline = timeline
        self._door_staff = door_staff

    async def buy(self, purchase: Purchase) -> None:
        """Place the order and do what the data says becomes of it, a refund apart."""
        buyer = self._known.actors[purchase.buyer]
        order_id = await self._place(buyer, purchase)
        self._known.orders[purchase.show, purchase.buyer] = order_id
        self._known.counts["orders"] += 1
        if purchase.fate == "pending":
            return
        self._timeline.now += HESITATION
        if purchase.fate == "cancelled":
            command = CancelOrderCommand(reason="Changed my mind")
            await self._container.sales.cancel_order()(buyer, order_id, command)
            return
        await self._pay(buyer, order_id)
        self._known.counts["tickets"] += len(await self._tickets(buyer, order_id))

    async def _place(self, buyer: Actor, purchase: Purchase) -> OrderId:
        items = tuple(
            OrderItem(ticket_type_id=self._known.tiers[purchase.show, tier], quantity=quantity)
            for tier, quantity in purchase.tickets.items()
        )
        request = PlaceOrderRequest(items=items, promo_code=purchase.code)
        named = OrderId(self._container.core.ids().new())
        command = PlaceOrder(actor=buyer, request=request, order_id=named)
        placed: PlacedOrder = _only(await self._container.sales.place_orders()([command]))
        return placed.id

    async def _pay(self, buyer: Actor, order_id: OrderId) -> None:
        intent = await self._container.payments.create_payment_intent()(
            buyer, CreatePaymentIntentCommand(order_id=order_id)
        )
        charge = ChargeCommand(buyer, intent.payment_id, GOOD_CARD)
        _only(await self._container.sales.confirm_payments()([charge]))

    async def refund(self, purchase: Purchase, organization: str) -> None:
        await self._container.sales.cancel_order()(
            self._known.owner_of(organization),
            self._known.orders[purchase.show, purchase.buyer],
            CancelOrderCommand(reason="Refunded at the buyer's request"),
        )

    async def arrive(self, arrival: Arrival, organization: str) -> None:
        """Show a ticket; the door may refuse it, as doors do."""
        buyer = self._known.actors[arrival.buyer]
        tickets = await self._tickets(buyer, self._known.orders[arrival.show, arrival.buyer])
        said = {"barcode": tickets[arrival.ticket].barcode, "direction": arrival.direction}
        attempt = ScanAttempt(
            door=self._known.actors[self._door_staff],
            said=msgspec.convert(said, RecordScanCommand),
            scanner_id=self._known.scanners[organization][0],
        )
        _only(await self._container.admission.record_scans()([attempt]))
        self._known.counts["scans"] += 1

    async def _tickets(self, buyer: Actor, order_id: OrderId) -> list[TicketView]:
        page = await self._container.tickets.ticket_queries().list_order_tickets(
            buyer, order_id, PageRequest()
        )
        tickets: list[TicketView] = page.items
        return tickets


def _only(outcomes: list[T | DomainError]) -> T:
    """The one answer of a batch of one. Raises the refusal if it is one."""
    (outcome,) = outcomes
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome
