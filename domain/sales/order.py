"""An order: tickets claimed by one buyer, from placing to paid, expired or cancelled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from domain.sales.errors import (
    EmptyOrder,
    InvalidQuantity,
    OrderStatusConflict,
)
from domain.sales.events import OrderCancelled, OrderExpired, OrderPaid, OrderPlaced
from domain.shared.aggregate import Aggregate
from domain.shared.ids import (
    AllotmentId,
    CartId,
    EventId,
    OrderId,
    OrganizationId,
    PromoCodeId,
    TicketTypeId,
    UserId,
)
from domain.shared.money import Money
from domain.shared.words import Word


class OrderStatus(Word):
    """What is stored; refunds are shown from balances."""

    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


KEPT_IN_FLIGHT = timedelta(hours=1)
"""How long an overdue order is kept for a payment that is at the card processor."""

_NEXT = {  # The whole life of an order. What is not on the right cannot happen.
    OrderStatus.PENDING: {OrderStatus.PAID, OrderStatus.EXPIRED, OrderStatus.CANCELLED},
    # Money that came too late may still find its stock free (rescue): design.md, 5.
    OrderStatus.EXPIRED: {OrderStatus.PAID},
    OrderStatus.PAID: {OrderStatus.CANCELLED},
    OrderStatus.CANCELLED: set[OrderStatus](),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """So many tickets of one type. `discount` is the whole line's and never more than its price."""

    ticket_type_id: TicketTypeId
    name: str
    quantity: int
    unit_price: Money
    discount: Money

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise InvalidQuantity(ticket_type_id=self.ticket_type_id)

    @property
    def subtotal(self) -> Money:
        return self.unit_price * self.quantity

    @property
    def net(self) -> Money:
        return self.subtotal - self.discount


@dataclass(frozen=True, slots=True)
class Draw:
    """So many units of one allotment."""

    allotment_id: AllotmentId
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who bought, as they were then. `id` is None for a guest."""

    id: UserId | None
    name: str
    email: str


@dataclass(slots=True, kw_only=True)
class Order(Aggregate):
    """Never empty, in one currency, worth exactly its lines less discounts plus fees and tax."""

    organization_id: OrganizationId
    id: OrderId
    number: str
    """What people call it; not a secret."""
    event_id: EventId
    buyer: Buyer
    currency: str
    lines: tuple[OrderLine, ...]
    fees: Money
    tax: Money
    draws: tuple[Draw, ...]
    """What it takes from the stock, summed by allotment."""
    placed_at: datetime
    expires_at: datetime
    promo_code_id: PromoCodeId | None = None
    promo_code: str | None = None
    cart_id: CartId | None = None
    status: OrderStatus = OrderStatus.PENDING
    paid_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str | None = None

    def __post_init__(self) -> None:  # Runs on load too, so a corrupt row stops at the door.
        if not self.lines:
            raise EmptyOrder(order_id=self.id)

    @classmethod
    def place(
        cls,
        *,
        organization_id: OrganizationId,
        id: OrderId,
        number: str,
        event_id: EventId,
        buyer: Buyer,
        currency: str,
        lines: tuple[OrderLine, ...],
        fees: Money,
        tax: Money,
        draws: tuple[Draw, ...],
        placed_at: datetime,
        expires_at: datetime,
        promo_code_id: PromoCodeId | None = None,
        promo_code: str | None = None,
        cart_id: CartId | None = None,
    ) -> Self:
        """A new order for which the stock has just been held."""
        order = cls(
            organization_id=organization_id,
            id=id,
            number=number,
            event_id=event_id,
            buyer=buyer,
            currency=currency,
            lines=lines,
            fees=fees,
            tax=tax,
            draws=draws,
            placed_at=placed_at,
            expires_at=expires_at,
            promo_code_id=promo_code_id,
            promo_code=promo_code,
            cart_id=cart_id,
        )
        order.record(
            OrderPlaced(
                organization_id=organization_id, aggregate_id=id, at=placed_at, event_id=event_id
            )
        )
        return order

    @property
    def subtotal(self) -> Money:
        return Money.sum((line.subtotal for line in self.lines), self.currency)

    @property
    def discount(self) -> Money:
        return Money.sum((line.discount for line in self.lines), self.currency)

    @property
    def total(self) -> Money:
        return self.subtotal - self.discount + self.fees + self.tax

    def is_overdue(self, at: datetime) -> bool:
        """Unpaid and past its time, whether or not the sweeper has been here."""
        return self.status is OrderStatus.PENDING and self.expires_at <= at

    def pay(self, *, at: datetime) -> None:
        """The money is here and the stock is ours. Raises OrderStatusConflict."""
        self._become(OrderStatus.PAID)
        self.paid_at, self.closed_at, self.close_reason = at, None, None
        self.record(
            OrderPaid(
                organization_id=self.organization_id,
                aggregate_id=self.id,
                at=at,
                event_id=self.event_id,
            )
        )

    def expire(self, *, at: datetime) -> None:
        """The buyer did not pay in time. Raises OrderStatusConflict."""
        self._become(OrderStatus.EXPIRED)
        self.closed_at, self.close_reason = at, "not_paid_in_time"
        self.record(
            OrderExpired(
                organization_id=self.organization_id,
                aggregate_id=self.id,
                at=at,
                event_id=self.event_id,
            )
        )

    def cancel(self, *, reason: str, at: datetime) -> None:
        """The order is given up. Raises OrderStatusConflict."""
        self._become(OrderStatus.CANCELLED)
        self.closed_at, self.close_reason = at, reason
        self.record(
            OrderCancelled(
                organization_id=self.organization_id,
                aggregate_id=self.id,
                at=at,
                event_id=self.event_id,
                reason=reason,
            )
        )

    def _become(self, status: OrderStatus) -> None:
        if status not in _NEXT[self.status]:
            raise OrderStatusConflict(
                f"The order is {self.status.value} and cannot become {status.value}.",
                order_id=self.id,
                current=self.status.value,
            )
        self.status = status
