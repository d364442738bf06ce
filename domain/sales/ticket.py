"""A ticket: one person's right to enter, made in the commit that makes its order paid."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.sales.errors import OrderStatusConflict
from domain.sales.order import Order
from domain.shared.aggregate import Aggregate
from domain.shared.ids import EventId, OrderId, OrganizationId, TicketId, TicketTypeId, UserId
from domain.shared.money import Money, spread
from domain.shared.words import Word


class TicketStatus(Word):
    """What sales knows; whether it was used, admission knows."""

    VALID = "valid"
    CANCELLED = "cancelled"


@dataclass(slots=True, kw_only=True)
class Ticket(Aggregate):
    """Belongs to one unit of one order line, for ever; its holder may change, its unit may not."""

    organization_id: OrganizationId
    id: TicketId
    order_id: OrderId
    line_position: int
    """Which line of its order, from 0."""
    unit: int
    """Which of the line's tickets, from 0."""
    event_id: EventId
    ticket_type_id: TicketTypeId
    code: bytes
    """12 random bytes: what the door knows it by."""
    holder_id: UserId | None
    holder_name: str
    holder_email: str
    price: Money
    """What was paid for it, without fees and tax."""
    issued_at: datetime
    generation: int = 0
    """Rises whenever older copies of the code must stop working."""
    status: TicketStatus = TicketStatus.VALID
    cancelled_at: datetime | None = None

    def cancel(self, *, at: datetime) -> None:
        """It no longer lets anybody in. Raises OrderStatusConflict."""
        if self.status is not TicketStatus.VALID:
            raise OrderStatusConflict("The ticket is cancelled already.", ticket_id=self.id)
        self.status, self.cancelled_at = TicketStatus.CANCELLED, at


def tickets_for(
    order: Order, identities: Iterator[tuple[TicketId, bytes]], *, at: datetime
) -> list[Ticket]:
    """One ticket per unit of each line; the prices of a line's tickets are its net exactly."""
    tickets = []
    for position, line in enumerate(order.lines):
        prices = spread(line.net.minor, [1] * line.quantity)
        for unit, price_minor in enumerate(prices):
            ticket_id, code = next(identities)
            tickets.append(
                Ticket(
                    organization_id=order.organization_id,
                    id=ticket_id,
                    order_id=order.id,
                    line_position=position,
                    unit=unit,
                    event_id=order.event_id,
                    ticket_type_id=line.ticket_type_id,
                    code=code,
                    holder_id=order.buyer.id,
                    holder_name=order.buyer.name,
                    holder_email=order.buyer.email,
                    price=Money(price_minor, order.currency),
                    issued_at=at,
                )
            )
    return tickets
