"""What must be true after every commit, read straight from the tables in memory.

The same promises as `tixmo doctor invariants`, which asks PostgreSQL (faults.md, 2.2).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from adapters.memory.database import MemoryDatabase
from domain.payments.payment import PaymentStatus
from domain.payments.refund import RefundStatus
from domain.sales.box_office import MovementKind
from domain.sales.order import OrderStatus
from domain.sales.ticket import TicketStatus
from domain.sales.waiting_list import blocked_for, owed_by
from domain.shared.ids import AllotmentId, OrderId, TicketTypeId

# What one unit of a movement does to held, sold and blocked.
_DELTAS = {
    MovementKind.HOLD: (1, 0, 0),
    MovementKind.RELEASE: (-1, 0, 0),
    MovementKind.SELL: (-1, 1, 0),
    MovementKind.GIVE_BACK: (0, -1, 0),
    MovementKind.BLOCK: (0, 0, 1),
    MovementKind.UNBLOCK: (0, 0, -1),
}
_STANDING = (OrderStatus.PENDING, OrderStatus.PAID)

Units = dict[AllotmentId, list[int]]


@dataclass
class Auditor:
    """Finds the first promise that is broken. Reads rows as they are stored, and changes none."""

    memory: MemoryDatabase
    limits: Mapping[TicketTypeId, int]
    keys: dict[OrderId, UUID] = field(default_factory=dict)
    """With which key each order was asked for."""
    audits: int = 0
    _moved: Units = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    _of_order: dict[tuple[OrderId, AllotmentId], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0, 0])
    )
    _movements_seen: int = 0

    def faults(self) -> list[str]:
        """Every broken promise, in words; cheap enough for after every commit."""
        self.audits += 1
        return [
            *self._bad_movements(),
            *self._bad_counters(),
            *self._bad_tickets(),
            *self._bad_money(),
            *self._broken_limits(),
            *self._bad_line(),
            *self._repeated_orders(),
        ]

    def _rows(self, table: str) -> dict[Any, Any]:
        return self.memory.table(table)._rows

    def _bad_movements(self) -> Iterator[str]:
        """What an order holds is released or sold once, and given back once."""
        movements = self._rows("stock_movements")
        while self._movements_seen < len(movements):
            movement = movements[self._movements_seen]
            self._movements_seen += 1
            of_order = self._of_order[movement.order_id, movement.allotment_id]
            total = self._moved[movement.allotment_id]
            for index, delta in enumerate(_DELTAS[movement.kind]):
                of_order[index] += delta * movement.quantity
                total[index] += delta * movement.quantity
            # Blocking is counted for the offer, and ended by the order that takes it.
            if min(of_order[:2]) < 0 or min(total) < 0:
                yield f"{movement.kind.value} of what {movement.order_id} does not have"

    def _bad_counters(self) -> Iterator[str]:
        standing: Units = defaultdict(lambda: [0, 0, 0])
        for order in self._rows("orders").values():
            if order.status in _STANDING:
                index = 0 if order.status is OrderStatus.PENDING else 1
                for draw in order.draws:
                    standing[draw.allotment_id][index] += draw.units
        for id_, row in self._rows("allotment_counters").items():
            counted = [row.held, row.sold, row.blocked]
            if min(counted) < 0 or (row.capacity is not None and sum(counted) > row.capacity):
                yield f"oversold: {counted} of {row.capacity} in {id_}"
            if counted != self._moved[id_]:
                yield f"counter drift: {counted}, movements say {self._moved[id_]} in {id_}"
            if counted[:2] != standing[id_][:2]:
                yield f"counter drift: {counted}, orders say {standing[id_]} in {id_}"

    def _bad_tickets(self) -> Iterator[str]:
        valid: Counter[OrderId] = Counter()
        units = set()
        for ticket in self._rows("tickets").values():
            valid[ticket.order_id] += ticket.status is TicketStatus.VALID
            units.add((ticket.order_id, ticket.line_position, ticket.unit))
        if len(units) != len(self._rows("tickets")):
            yield "a unit has two tickets"
        for order in self._rows("orders").values():
            wanted = 0
            if order.status is OrderStatus.PAID:
                wanted = sum(line.quantity for line in order.lines)
            if valid[order.id] != wanted:
                yield f"{order.status} order {order.id}: {valid[order.id]} of {wanted} tickets"

    def _bad_money(self) -> Iterator[str]:
        """What was taken pays its order, or is on its way back: to the cent, in the same commit."""
        kept: Counter[OrderId] = Counter()
        for payment in self._rows("payments").values():
            if payment.status is PaymentStatus.SUCCEEDED:
                kept[payment.order_id] += payment.received_minor
        for refund in self._rows("refunds").values():
            if refund.status is not RefundStatus.FAILED:
                kept[refund.order_id] -= refund.amount.minor
        for order in self._rows("orders").values():
            owed = order.total.minor if order.status is OrderStatus.PAID else 0
            if kept[order.id] != owed:
                yield f"{order.status} order {order.id} keeps {kept[order.id]} of {owed}"

    def _broken_limits(self) -> Iterator[str]:
        had: Counter[tuple[TicketTypeId, str]] = Counter()
        for order in self._rows("orders").values():
            if order.status in _STANDING:
                for line in order.lines:
                    had[line.ticket_type_id, order.buyer.email] += line.quantity
        for (type_id, email), quantity in had.items():
            if quantity > self.limits.get(type_id, quantity):
                yield f"{email} has {quantity} of {type_id}, more than {self.limits[type_id]}"

    def _bad_line(self) -> Iterator[str]:
        """What is blocked was offered, and what is owed is waited for."""
        entries = list(self._rows("waiting_list_entries").values())
        offered, owed = blocked_for(entries), owed_by(entries)
        for id_, row in self._rows("allotment_counters").items():
            if row.blocked != offered.get(id_, 0):
                yield f"{row.blocked} blocked of {id_}, {offered.get(id_, 0)} offered"
            if row.waiting != owed.get(id_, 0):
                yield f"{row.waiting} owed of {id_}, {owed.get(id_, 0)} waited for"

    def _repeated_orders(self) -> Iterator[str]:
        """One key is one order, and so are one cart and one offer."""
        names: Counter[UUID] = Counter()
        for order in self._rows("orders").values():
            if order.id in self.keys:
                names[self.keys[order.id]] += 1
            if order.cart_id is not None:
                names[order.cart_id] += 1
        for name, number in names.items():
            if number > 1:
                yield f"{number} orders for one key or cart {name}"
